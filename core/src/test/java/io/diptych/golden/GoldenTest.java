package io.diptych.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every recorded case as a test of its own. A kind of case that is not checked fails. The table of
 * what ran is printed at the end and written to {@code target/golden.txt}.
 */
final class GoldenTest {
  private static final Map<String, GoldenKinds> SUITES =
      Stream.of(
              InsDisGoldens.kinds(),
              MixedBarlowTwinsGoldens.kinds(),
              SelfConGoldens.kinds(),
              CorInfoMaxGoldens.kinds(),
              TwistGoldens.kinds())
          .collect(Collectors.toMap(GoldenKinds::suite, Function.identity()));
  private static final Map<String, Tally> TALLIES = new TreeMap<>();

  private static final class Tally {
    int cases;
    int run;
    int passed;
  }

  @TestFactory
  Stream<DynamicTest> cases() {
    return Golden.all().stream().map(GoldenTest::test);
  }

  @Test
  void everyKindHasCases() {
    Map<String, List<Golden>> cases =
        Golden.all().stream().collect(Collectors.groupingBy(g -> g.suite() + "/" + g.kind()));
    if (System.getProperty("golden.dir") == null) {
      SUITES.forEach(
          (suite, kinds) ->
              kinds
                  .checks()
                  .keySet()
                  .forEach(kind -> assertThat(cases).containsKey(suite + "/" + kind)));
    }
  }

  @AfterAll
  static void table() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append(String.format("%-52s %6s %6s %6s%n", "recorded cases", "cases", "run", "passed"));
    TALLIES.forEach(
        (kind, tally) ->
            table.append(
                String.format("%-52s %6d %6d %6d%n", kind, tally.cases, tally.run, tally.passed)));
    int cases = TALLIES.values().stream().mapToInt(tally -> tally.cases).sum();
    int run = TALLIES.values().stream().mapToInt(tally -> tally.run).sum();
    int passed = TALLIES.values().stream().mapToInt(tally -> tally.passed).sum();
    table.append(String.format("%-52s %6d %6d %6d%n", "all", cases, run, passed));
    System.out.print(table);
    Files.writeString(Path.of("target", "golden.txt"), table);
  }

  private static DynamicTest test(Golden golden) {
    String kind = golden.suite() + "/" + golden.kind();
    Tally tally = TALLIES.computeIfAbsent(kind, key -> new Tally());
    tally.cases++;
    GoldenKinds kinds = SUITES.get(golden.suite());
    GoldenKinds.Check check = kinds.checks().get(golden.kind());
    return DynamicTest.dynamicTest(
        kind + " " + golden.title(),
        () -> {
          assertThat(check).as("%s is of a kind that is not checked", kind).isNotNull();
          tally.run++;
          try (Scope scope = Scope.open()) {
            check.run(golden);
          }
          tally.passed++;
        });
  }
}
