package io.diptych.pickle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;

/**
 * The functions and classes that a pickle may name. Each makes a plain value out of arguments; none
 * reaches outside.
 */
public final class Vocabulary {
  /** Python's own containers. */
  public static final Vocabulary PLAIN =
      new Vocabulary(Map.of())
          .with("builtins.dict __builtin__.dict", Vocabulary::dictionary)
          .with("collections.OrderedDict collections.Counter", Vocabulary::dictionary)
          .with("collections.defaultdict", arguments -> dictionary(rest(arguments)))
          .with("builtins.list __builtin__.list", Vocabulary::list)
          .with("builtins.set __builtin__.set", Vocabulary::list)
          .with("builtins.frozenset __builtin__.frozenset", Vocabulary::list)
          .with("builtins.int __builtin__.int builtins.float __builtin__.float", arguments -> 0L)
          .with("argparse.Namespace types.SimpleNamespace", arguments -> new Attributes());

  private final Map<String, Maker> makers;

  /** Makes a plain value. */
  @FunctionalInterface
  public interface Maker {
    /**
     * Makes the value.
     *
     * @param arguments as the pickle gives them, of any kind: a wrong one may end in any exception
     */
    @Nullable Object make(@Nullable Object[] arguments);
  }

  private Vocabulary(Map<String, Maker> makers) {
    this.makers = makers;
  }

  /**
   * Returns this vocabulary with one more word.
   *
   * @param names its full names, between spaces: Python moves things from version to version
   */
  public Vocabulary with(String names, Maker maker) {
    Map<String, Maker> more = new HashMap<>(makers);
    for (String name : names.split(" ")) {
      more.put(name, maker);
    }
    return new Vocabulary(more);
  }

  /** Returns a vocabulary with the words of both. */
  public Vocabulary with(Vocabulary other) {
    Map<String, Maker> more = new HashMap<>(makers);
    more.putAll(other.makers);
    return new Vocabulary(more);
  }

  @Nullable Maker find(String name) {
    return makers.get(name);
  }

  /** An ordered dictionary; what Python hangs onto one besides its items is left out. */
  private static final class Items extends LinkedHashMap<Object, Object> implements Buildable {
    private static final long serialVersionUID = 1L;

    @Override
    public void build(Object state) {}
  }

  /** An object of which only the attributes count. */
  private static final class Attributes extends LinkedHashMap<Object, Object> implements Buildable {
    private static final long serialVersionUID = 1L;

    @Override
    public void build(Object state) {
      PlainUnpickler.dictionary(state).forEach(this::put);
    }
  }

  private static Object dictionary(@Nullable Object[] arguments) {
    Items items = new Items();
    if (arguments.length > 0 && arguments[0] instanceof Map<?, ?> map) {
      map.forEach(items::put);
    } else if (arguments.length > 0) {
      for (Object pair : (List<?>) arguments[0]) {
        Object[] entry = pair instanceof List<?> list ? list.toArray() : (Object[]) pair;
        items.put(PlainUnpickler.key(entry[0]), entry[1]);
      }
    }
    return items;
  }

  private static Object list(@Nullable Object[] arguments) {
    if (arguments.length > 1) {
      throw new PickleException("a list is made of " + arguments.length + " arguments");
    }
    return arguments.length == 0 ? new ArrayList<>() : new ArrayList<>((List<?>) arguments[0]);
  }

  private static @Nullable Object[] rest(@Nullable Object[] arguments) {
    return arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
  }
}
