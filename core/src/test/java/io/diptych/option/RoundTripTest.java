package io.diptych.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Whatever options hold, their YAML reads back as equal options; {@code -Dtest.seed} sets the seed.
 */
class RoundTripTest {
  private static final long SEED = Long.getLong("test.seed", 20_261_121L);
  private static final String ALPHABET =
      "aB1.-_ :#,[]{}&*!|>'\"%@`\\/\n\t\u0000\u00e9\u2028\u65e5~?=";

  private Random random = new Random(0);

  @RepeatedTest(100)
  void optionsReadBackEqual(RepetitionInfo info) {
    long seed = SEED + info.getCurrentRepetition();
    random = new Random(seed);
    Sample sample = sample();
    String yaml = Yaml.write(Options.tree(sample));
    Tree tree = Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "recipe.yaml");
    Sample again = Options.bind(Sample.class, tree, Sample.FAMILIES);
    assertThat(again).as("seed %d:%n%s", seed, yaml).isEqualTo(sample);
    assertThat(Yaml.write(Options.tree(again))).as("seed %d", seed).isEqualTo(yaml);
    Tree flow = Yaml.value(Yaml.flow(Options.tree(sample)), Location.NONE);
    assertThat(Options.bind(Sample.class, flow, Sample.FAMILIES)).isEqualTo(sample);
  }

  private Sample sample() {
    return new Sample(
        Math.abs(finite()) + Double.MIN_VALUE,
        1 + random.nextInt(1000),
        random.nextLong(),
        random.nextBoolean(),
        text(),
        random.nextBoolean() ? null : text(),
        random.nextBoolean() ? null : 1 + Math.abs(finite()),
        pick(Sample.Norm.values()),
        list(random::nextDouble),
        list(() -> list(random::nextInt)),
        projector(),
        random.nextBoolean() ? null : projector(),
        random.nextBoolean()
            ? new Choice("constant", new Sample.Constant())
            : new Choice("cosine", new Sample.Cosine(random.nextInt(9), random.nextDouble())),
        list(this::view),
        random.nextInt());
  }

  private Sample.Projector projector() {
    return new Sample.Projector(1 + random.nextInt(8), random.nextInt());
  }

  private Choice view() {
    return switch (random.nextInt(3)) {
      case 0 -> new Choice("gray", new Sample.Gray());
      case 1 -> new Choice("flip", new Sample.Flip(random.nextDouble()));
      default -> new Choice("crop", new Sample.Crop(1 + random.nextInt(512), List.of(0.1, 1.0)));
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return random.nextInt(8) == 0 ? pick("null", "yes", "1e3", "0x1F", "~", "on") : text.toString();
  }

  /** A finite number of any size, or a short decimal. */
  private double finite() {
    if (random.nextBoolean()) {
      return random.nextInt(1000) / pick(1.0, 10.0, 1e4, 1e-9);
    }
    double any = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(any) ? any / 2 : 0;
  }

  @SafeVarargs
  private <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }

  private <T> List<T> list(Supplier<T> element) {
    return Stream.generate(element).limit(random.nextInt(5)).toList();
  }
}
