package io.diptych.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diptych.option.OptionException;
import io.diptych.option.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a method asks of its data is checked before anything is opened. */
final class RecipeTest {
  private static final String W_MSE =
      """
      name: mine
      data: {name: sample}
      views:
        - count: 2
          pipeline: [{normalize: {mean: [0.5], std: [0.25]}}]
      method: {name: w-mse, slice_size: 32, projector: {output: 8}}
      train: {batch_size: 64}
      """;

  private static Recipe bind(String... overrides) {
    return Recipe.FORMAT.bind(
        Yaml.read(W_MSE.getBytes(StandardCharsets.UTF_8), "mine.yaml"), List.of(overrides));
  }

  @Test
  void aBatchThatTheMethodCannotCutIsRefused() {
    assertThat(bind().train().batchSize()).isEqualTo(64);
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> bind("train.batch_size=80"))
        .withMessageEndingWith(
            "train.batch_size=80: method w-mse with these options takes a multiple of 32, was 80");
  }

  @Test
  void viewsThatAreTooFewForTheMethodAreRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> bind("views.0.count=1"))
        .withMessageContaining("method w-mse takes 2 views or more of each image, these make 1");
  }
}
