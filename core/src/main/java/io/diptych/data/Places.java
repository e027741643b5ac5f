package io.diptych.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where data sets are looked for when no path is given, and where downloads go.
 *
 * @param environment environment variables
 * @param home the user's home directory
 * @param system where the operating system's packages put data sets
 */
record Places(Map<String, String> environment, Path home, Path system) {
  private static final String VARIABLE = "DIPTYCH_DATA";

  static Places ofThisMachine() {
    return new Places(
        System.getenv(),
        Path.of(System.getProperty("user.home", ".")),
        Path.of("/usr/share/datasets"));
  }

  /** Where a data set is downloaded to. */
  Path downloads(DatasetName name) {
    String chosen = environment.get(VARIABLE);
    Path root =
        chosen == null || chosen.isBlank()
            ? home.resolve(".cache").resolve("diptych").resolve("data")
            : Path.of(chosen);
    return root.resolve(name.key());
  }

  /** Every directory that may hold the data set, in the order to look. */
  List<Path> candidates(DatasetName name) {
    List<Path> places = new ArrayList<>();
    String chosen = environment.get(VARIABLE);
    if (chosen != null && !chosen.isBlank()) {
      places.add(Path.of(chosen).resolve(name.key()));
    }
    places.add(home.resolve(".cache").resolve("diptych").resolve("data").resolve(name.key()));
    places.add(system.resolve(name.key()));
    return places;
  }
}
