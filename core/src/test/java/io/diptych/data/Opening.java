package io.diptych.data;

import io.diptych.data.DataOptions.OnError;
import io.diptych.option.Options;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options to open data sets with in tests. */
public final class Opening {
  private Opening() {}

  /** Options with these values, all others by default. */
  public static DataOptions of(Map<String, ?> values) {
    return Options.defaults(DataOptions.class, new HashMap<>(values));
  }

  static DataOptions folder(
      Path dir,
      @Nullable Integer side,
      @Nullable Integer channels,
      OnError onError,
      int workers,
      @Nullable Integer limit) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("name", "folder");
    values.put("path", dir.toString());
    values.put("image_size", side);
    values.put("channels", channels);
    values.put("on_error", onError.name().toLowerCase(Locale.ROOT));
    values.put("workers", workers);
    values.put("limit", limit);
    return Options.defaults(DataOptions.class, values);
  }
}
