package io.diptych.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.Scoped;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Scoped.class)
final class ArchitectureListTest {
  private static Architecture named(String name) {
    return Architecture.ALL.stream()
        .filter(network -> network.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Parameters as torchvision, timm or the authors count them, less the classifier. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ResNet-18         |  11176512 | 1813561344 |  512
          ResNet-50         |  23508032 | 4087136256 | 2048
          ResNet-50w2       |  93907072 |            | 4096
          Wide ResNet-50-2  |  66834240 |            | 2048
          WRN-28-10         |  36472784 |            |  640
          EfficientNet-B0   |   4007548 |            | 1280
          ShuffleNetV2 x0.5 |    341792 |            | 1024
          ShuffleNetV2 x2.0 |   5344996 |            | 2048
          ViT-T/16          |   5524416 | 1253491200 |  192
          ViT-B/16          |  85798656 |            |  768
          """)
  void costsAreThoseThatArePublished(
      String name, long parameters, Long multiplyAdds, int features) {
    Architecture.Cost cost = named(name).cost();
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.features()).isEqualTo(features);
    if (multiplyAdds != null) {
      assertThat(cost.multiplyAdds()).isEqualTo(multiplyAdds);
    }
  }

  @Test
  void namesAreDifferentAndEveryFamilyHasOne() {
    Set<String> names = new LinkedHashSet<>();
    Set<String> families = new LinkedHashSet<>();
    for (Architecture network : Architecture.ALL) {
      assertThat(names.add(network.name())).as(network.name()).isTrue();
      families.add(network.family());
    }
    assertThat(families).isEqualTo(Backbones.FAMILY.members().keySet());
  }

  @Test
  void aRecipeSaysIt() {
    assertThat(named("ResNet-50w2").recipe()).isEqualTo("{name: resnet, depth: 50, width: 128}");
  }

  @TestFactory
  Stream<DynamicTest> everyNetworkCanBeMade() {
    return Architecture.ALL.stream()
        .map(
            network ->
                DynamicTest.dynamicTest(
                    network.name(), () -> assertThat(network.cost().multiplyAdds()).isPositive()));
  }
}
