package io.diptych.option;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the components of an options record say, read once for each record class. */
final class Schema {
  /**
   * One option.
   *
   * @param key the key in YAML
   * @param kind the kind of its values
   * @param fallback its default, or null if it must be given
   * @param option the annotation
   * @param accessor reads it from a record
   */
  record Field(String key, Kind kind, @Nullable Tree fallback, Option option, Method accessor) {
    /** What the option is set to, or null if it must be given and was not. */
    @Nullable Tree resolve(@Nullable Tree given, Families families) {
      if (given == null || fallback == null) {
        return given == null ? fallback : given;
      }
      return kind.overlay(fallback, given, families);
    }

    @Nullable Object get(Record options) {
      return invoke(() -> accessor.invoke(options));
    }
  }

  private interface Call<T> {
    T run() throws ReflectiveOperationException;
  }

  private static final ClassValue<Schema> SCHEMAS =
      new ClassValue<>() {
        @Override
        protected Schema computeValue(Class<?> type) {
          return new Schema(type);
        }
      };

  private final Map<String, Field> fields;
  private final Map<String, Preset> presets;
  private final Constructor<?> constructor;

  private Schema(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Map<String, Field> found = new LinkedHashMap<>();
    for (RecordComponent component : components) {
      Field field = field(type, component);
      found.put(field.key(), field);
    }
    fields = Collections.unmodifiableMap(found);
    presets = presets(type, fields);
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    constructor = invoke(() -> type.getDeclaredConstructor(types));
    open(type, constructor);
  }

  private static Map<String, Preset> presets(Class<?> type, Map<String, Field> fields) {
    try {
      Map<String, Preset> presets = Preset.of(type);
      for (Preset preset : presets.values()) {
        for (String key : preset.settings().entries().keySet()) {
          if (!fields.containsKey(key)) {
            throw new IllegalArgumentException(
                "the preset '" + preset.name() + "' sets '" + key + "', which is no option");
          }
        }
      }
      return presets;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(type.getName() + ": " + e.getMessage(), e);
    }
  }

  static Schema of(Class<? extends Record> type) {
    return SCHEMAS.get(type);
  }

  private static Field field(Class<?> type, RecordComponent component) {
    String where = type.getName() + "." + component.getName();
    Option option = component.getAnnotation(Option.class);
    if (option == null) {
      throw new IllegalArgumentException(where + " has no @Option");
    }
    if (component.getName().equals(Preset.KEY)) {
      throw new IllegalArgumentException(where + ": 'preset' is the key of presets");
    }
    try {
      Kind kind = Kinds.of(component.getAnnotatedType(), option);
      String value = option.value();
      Tree fallback = value.equals(Option.REQUIRED) ? null : Yaml.value(value, Location.NONE);
      Method accessor = component.getAccessor();
      open(type, accessor);
      return new Field(snakeCase(component.getName()), kind, fallback, option, accessor);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static void open(Class<?> type, java.lang.reflect.AccessibleObject member) {
    try {
      member.setAccessible(true);
    } catch (InaccessibleObjectException e) {
      throw new IllegalArgumentException(
          "cannot use the options "
              + type.getName()
              + ": open the package "
              + type.getPackageName()
              + " to the module "
              + Schema.class.getModule().getName(),
          e);
    }
  }

  /** Runs a reflective call; what the called code throws comes out as it is. */
  private static <T> T invoke(Call<T> call) {
    try {
      return call.run();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The options by their keys, in the order of the record. */
  Map<String, Field> fields() {
    return fields;
  }

  /** The presets by their names, in the order of their resource. */
  Map<String, Preset> presets() {
    return presets;
  }

  /** The keys that a section may have. */
  List<String> keys() {
    List<String> keys = new ArrayList<>(fields.keySet());
    if (!presets.isEmpty()) {
      keys.add(0, Preset.KEY);
    }
    return keys;
  }

  /** The keys for a message: {@code " (keys: lr, momentum)"}. */
  String keysInWords() {
    return fields.isEmpty() ? " (no keys)" : " (keys: " + String.join(", ", keys()) + ")";
  }

  Record create(@Nullable Object[] values) {
    return (Record) invoke(() -> constructor.newInstance(values));
  }
}
