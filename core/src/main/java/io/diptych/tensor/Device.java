package io.diptych.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Where a tensor's memory is and its operations run.
 *
 * @param kind the kind of device
 * @param index which of several of its kind, from 0
 */
public record Device(Kind kind, int index) {
  /** The kinds of device. */
  public enum Kind {
    /** The processor. */
    CPU(DeviceType.CPU),
    /** An NVIDIA GPU. */
    CUDA(DeviceType.CUDA),
    /** An Apple GPU. */
    MPS(DeviceType.MPS);

    private final DeviceType handle;

    Kind(DeviceType handle) {
      this.handle = handle;
    }
  }

  /** The processor. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  DeviceType type() {
    return kind.handle;
  }

  /** Checks the index. */
  public Device {
    if (index < 0) {
      throw new IllegalArgumentException("device index must be >= 0, was " + index);
    }
  }

  /**
   * Reads a device from its name and checks that it is there.
   *
   * @param name {@code auto} (the first GPU, else the processor), {@code cpu}, {@code cuda}, {@code
   *     cuda:1} or {@code mps}
   * @throws IllegalArgumentException if the name is unknown or the device is not available
   */
  public static Device parse(String name) {
    String[] parts = name.toLowerCase(Locale.ROOT).split(":", 2);
    int index = 0;
    if (parts.length == 2) {
      try {
        index = Integer.parseUnsignedInt(parts[1]);
      } catch (NumberFormatException e) {
        throw unknown(name);
      }
    }
    if (parts.length == 2 && !parts[0].equals("cuda")) {
      throw unknown(name);
    }
    return switch (parts[0]) {
      case "auto" -> cudaCount() > 0 ? new Device(Kind.CUDA, 0) : CPU;
      case "cpu" -> CPU;
      case "mps" -> mps();
      case "cuda" -> cuda(name, index);
      default -> throw unknown(name);
    };
  }

  private static Device cuda(String name, int index) {
    int count = cudaCount();
    if (index < count) {
      return new Device(Kind.CUDA, index);
    }
    throw new IllegalArgumentException(
        "device "
            + name
            + " is not available: "
            + (count == 0
                ? "no CUDA device, or natives without CUDA (build with -Pgpu)"
                : "there are " + count + " CUDA devices, counted from 0"));
  }

  private static Device mps() {
    Native.load();
    if (!torch.hasMPS()) {
      throw new IllegalArgumentException(
          "device mps is not available: no Apple GPU, or natives without MPS");
    }
    return new Device(Kind.MPS, 0);
  }

  /** Returns how many CUDA devices there are; 0 with natives that were built without CUDA. */
  public static int cudaCount() {
    Native.load();
    if (!torch.hasCUDA()) {
      return 0;
    }
    Libtorch.loadCudaDecompositions();
    return (int) torch.getNumGPUs();
  }

  /** Returns whether this is the processor. */
  public boolean isCpu() {
    return kind == Kind.CPU;
  }

  /** Returns the name as {@link #parse} reads it. */
  @Override
  public String toString() {
    return kind == Kind.CUDA ? "cuda:" + index : kind.name().toLowerCase(Locale.ROOT);
  }

  org.bytedeco.pytorch.Device handle() {
    return new org.bytedeco.pytorch.Device(kind.handle, (byte) (kind == Kind.CPU ? -1 : index));
  }

  static Device of(org.bytedeco.pytorch.Device handle) {
    if (handle.is_cpu()) {
      return CPU;
    }
    return new Device(handle.is_cuda() ? Kind.CUDA : Kind.MPS, Math.max(0, handle.index()));
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "unknown device '" + name + "'; expected auto, cpu, cuda, cuda:N or mps");
  }
}
