package io.diptych.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes one graph of two runs of a network that differ in the number of images alone: where a size
 * differs, it depends on that number.
 */
final class GraphBuilder {
  /** Images in the first run; not 1, which would broadcast and squeeze. */
  static final long FEW = 2;

  /** Images in the second run. */
  static final long MORE = 3;

  private final Trace few;
  private final Trace more;
  private final IdentityHashMap<Trace.Item, Graph.Value> values = new IdentityHashMap<>();
  private final IdentityHashMap<Trace.Item, Graph.Value> valuesOfMore = new IdentityHashMap<>();

  GraphBuilder(Trace few, Trace more) {
    this.few = few;
    this.more = more;
  }

  Graph build() {
    Graph.Value input = value(few.input(), more.input());
    List<Graph.Node> nodes = new ArrayList<>();
    require(few.steps().size() == more.steps().size(), "the number of operations");
    for (int i = 0; i < few.steps().size(); i++) {
      nodes.add(node(few.steps().get(i), more.steps().get(i)));
    }
    List<Graph.Value> outputs = new ArrayList<>();
    require(few.outputs().size() == more.outputs().size(), "the number of outputs");
    for (int i = 0; i < few.outputs().size(); i++) {
      outputs.add(value(few.outputs().get(i), more.outputs().get(i)));
    }
    return new Graph(input, nodes, outputs).pruned();
  }

  private Graph.Node node(Trace.Step one, Trace.Step other) {
    String name = one.output().name();
    require(one.operation().equals(other.operation()), name);
    require(one.attributes().keySet().equals(other.attributes().keySet()), name);
    List<Graph.@Nullable Value> inputs = values(one.inputs(), other.inputs(), name);
    Map<String, Object> attributes = new LinkedHashMap<>();
    one.attributes()
        .forEach(
            (key, value) ->
                attributes.put(
                    key, attribute(value, Objects.requireNonNull(other.attributes().get(key)))));
    return new Graph.Node(one.operation(), inputs, attributes, value(one.output(), other.output()));
  }

  private static Object attribute(Object one, Object other) {
    if (one instanceof Long a && other instanceof Long b) {
      return extent(a, b);
    }
    if (one instanceof long[] a && other instanceof long[] b) {
      return extents(a, b);
    }
    require(one.equals(other), "the number " + one);
    return one;
  }

  private List<Graph.@Nullable Value> values(
      List<? extends Trace.@Nullable Item> one,
      List<? extends Trace.@Nullable Item> other,
      String name) {
    require(one.size() == other.size(), name);
    List<Graph.@Nullable Value> values = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      Trace.Item a = one.get(i);
      Trace.Item b = other.get(i);
      require((a == null) == (b == null), name);
      values.add(a == null || b == null ? null : value(a, b));
    }
    return values;
  }

  private Graph.Value value(Trace.Item one, Trace.Item other) {
    Graph.Value known = values.get(one);
    if (known == null) {
      require(one.kind() == other.kind() && one.dtype() == other.dtype(), one.name());
      boolean same = sameValues(one, other);
      if (one.kind() == Graph.Kind.CONSTANT) {
        require(same, "a constant of shape " + one.shape());
      }
      List<Graph.Extent> shape = extents(one.shape().sizes(), other.shape().sizes());
      // What is made of weights alone may still repeat them for each image.
      Tensor tensor = same ? one.tensor() : null;
      known = new Graph.Value(one.kind(), one.name(), one.dtype(), shape, tensor);
      values.put(one, known);
      valuesOfMore.put(other, known);
    }
    require(known.equals(valuesOfMore.get(other)), one.name());
    return known;
  }

  private static boolean sameValues(Trace.Item one, Trace.Item other) {
    Tensor a = one.tensor();
    Tensor b = other.tensor();
    return a == b
        || (a != null
            && b != null
            && one.shape().equals(other.shape())
            && Arrays.equals(a.toBytes(), b.toBytes()));
  }

  private static List<Graph.Extent> extents(long[] one, long[] other) {
    require(one.length == other.length, "the number of dimensions");
    List<Graph.Extent> extents = new ArrayList<>();
    for (int i = 0; i < one.length; i++) {
      extents.add(extent(one[i], other[i]));
    }
    return extents;
  }

  private static Graph.Extent extent(long one, long other) {
    long growth = (other - one) / (MORE - FEW);
    return new Graph.Extent(one - growth * FEW, growth);
  }

  private static void require(boolean same, String where) {
    if (!same) {
      throw new TensorException(
          "a network whose computation changes with the number of images, other than in sizes,"
              + " cannot be exported; what changes is "
              + where);
    }
  }
}
