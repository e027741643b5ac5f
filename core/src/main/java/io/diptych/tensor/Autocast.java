package io.diptych.tensor;

import com.google.errorprone.annotations.MustBeClosed;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Lets matrix products and convolutions on this thread compute in a shorter type until it is
 * closed; what needs precision stays in float32. Guards nest.
 */
public final class Autocast implements AutoCloseable {
  private final DeviceType device;
  private final boolean enabledBefore;
  private final ScalarType typeBefore;

  @MustBeClosed
  private Autocast(Device device, boolean enabled, DType type) {
    this.device = device.type();
    enabledBefore = torch.is_autocast_enabled(this.device);
    typeBefore = torch.get_autocast_dtype(this.device);
    torch.increment_nesting();
    torch.set_autocast_enabled(this.device, enabled);
    torch.set_autocast_dtype(this.device, type.handle());
  }

  /**
   * Computes in a shorter type where that is safe.
   *
   * @param type {@link DType#BFLOAT16} or {@link DType#FLOAT16}; {@link DType#FLOAT32} switches the
   *     shortening off
   * @param device where the operations run
   * @throws IllegalArgumentException if the type is another
   */
  @MustBeClosed
  public static Autocast to(DType type, Device device) {
    if (type != DType.BFLOAT16 && type != DType.FLOAT16 && type != DType.FLOAT32) {
      throw new IllegalArgumentException(
          "autocast is to bfloat16 or float16, or float32 for none, not to " + type);
    }
    Native.load();
    boolean shorter = type != DType.FLOAT32;
    return new Autocast(device, shorter, shorter ? type : DType.BFLOAT16);
  }

  @Override
  public void close() {
    torch.set_autocast_enabled(device, enabledBefore);
    torch.set_autocast_dtype(device, typeBefore);
    if (torch.decrement_nesting() == 0) {
      torch.clear_cache(); // It holds shortened weights, which the optimiser is about to change.
    }
  }
}
