/** The {@code diptych} command. */
module io.diptych.cli {
  requires info.picocli;
  requires io.diptych;
  requires static org.jspecify;

  opens io.diptych.cli to
      info.picocli;

  provides io.diptych.data.SampleSource with
      io.diptych.cli.EmbeddedSample;
}
