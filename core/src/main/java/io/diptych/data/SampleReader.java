package io.diptych.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads the sample from the first provider that has it. */
final class SampleReader {
  private SampleReader() {}

  /** Empty if no provider has the sample. */
  static Optional<Parts> read(Iterable<SampleSource> sources, int classes) {
    for (SampleSource source : sources) {
      if (has(source)) {
        return Optional.of(
            new Parts(part(source, IdxSet.TRAIN, classes), part(source, IdxSet.TEST, classes)));
      }
    }
    return Optional.empty();
  }

  private static boolean has(SampleSource source) {
    try (InputStream in = source.open(IdxSet.imagesName(IdxSet.TRAIN))) {
      return in != null;
    } catch (IOException e) {
      throw new DataException("the sample cannot be read: " + Failures.reason(e), e);
    }
  }

  private static PixelStore part(SampleSource source, String part, int classes) {
    return IdxReader.read(
        file(source, IdxSet.imagesName(part)), file(source, IdxSet.labelsName(part)), classes);
  }

  private static DataFile file(SampleSource source, String name) {
    return new DataFile(
        "sample " + name,
        -1,
        () -> {
          InputStream in = source.open(name);
          if (in == null) {
            throw new FileNotFoundException("not in the application");
          }
          return in;
        });
  }
}
