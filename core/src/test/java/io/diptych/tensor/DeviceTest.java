package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceTest {
  @Test
  void namesAreReadAsTheyAreWritten() {
    assertThat(Device.parse("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
    assertThat(Device.parse("CPU").isCpu()).isTrue();
    assertThat(new Device(Device.Kind.CUDA, 1)).hasToString("cuda:1");
    try (Tensor tensor = Tensor.zeros(1)) {
      assertThat(tensor.device()).isEqualTo(Device.CPU);
    }
  }

  @Test
  void autoIsTheFirstGpuElseTheProcessor() {
    Device expected = Device.cudaCount() > 0 ? new Device(Device.Kind.CUDA, 0) : Device.CPU;
    assertThat(Device.parse("auto")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:x", "cuda:-1", "cuda:", "cpu:1", "auto:0", "mps:1"})
  void anUnknownNameIsRefusedWithTheKnownOnes(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.parse(name))
        .withMessage("unknown device '" + name + "'; expected auto, cpu, cuda, cuda:N or mps");
  }

  @Test
  void aGpuThatIsNotThereIsRefusedWithTheReason() {
    String reason =
        Device.cudaCount() == 0
            ? "no CUDA device, or natives without CUDA (build with -Pgpu)"
            : "there are " + Device.cudaCount() + " CUDA devices, counted from 0";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.parse("cuda:99"))
        .withMessage("device cuda:99 is not available: " + reason);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Device(Device.Kind.CUDA, -1))
        .withMessage("device index must be >= 0, was -1");
  }

  @Test
  @DisabledOnOs(OS.MAC)
  void anAppleGpuIsRefusedElsewhere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.parse("mps"))
        .withMessage("device mps is not available: no Apple GPU, or natives without MPS");
  }
}
