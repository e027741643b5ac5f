package io.diptych.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a network computes, written down operation by operation while it ran: the one description
 * from which it is exported. The number of images stays open.
 *
 * @param input the images
 * @param nodes the operations, in an order in which they can run
 * @param outputs what the network gives
 */
public record Graph(Value input, List<Node> nodes, List<Value> outputs) {
  /** Copies the lists. */
  public Graph {
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /**
   * Runs a network on blank images, twice with different numbers of them, and writes down what it
   * does. The network must be in evaluation mode and, with its state, on the processor.
   *
   * @param state its tensors by name, as {@code Module.state()} gives them
   * @param type of the images
   * @param image the shape of one of them, such as [3, 224, 224]
   * @param network takes [N, …image] and gives tensors whose first dimension is N
   * @return the graph
   * @throws TensorException if an output depends on an operation that cannot be written down, or on
   *     values that were read out, or if the operations change with the number of images
   */
  public static Graph of(
      Map<String, Tensor> state, DType type, Shape image, Function<Tensor, List<Tensor>> network) {
    return new GraphBuilder(
            Trace.of(state, type, image, GraphBuilder.FEW, network),
            Trace.of(state, type, image, GraphBuilder.MORE, network))
        .build();
  }

  /** Where a value comes from. */
  public enum Kind {
    /** The images. */
    INPUT,
    /** The network's state, under its name there. */
    STATE,
    /** A tensor that was there before or was made from nothing, the same for all images. */
    CONSTANT,
    /** A node. */
    RESULT
  }

  /**
   * A tensor in the graph.
   *
   * @param kind where it comes from
   * @param name the name in the state, or one that is unique in the graph
   * @param dtype element type
   * @param shape size of each dimension
   * @param tensor its values, if they do not depend on the images; else null
   */
  public record Value(
      Kind kind, String name, DType dtype, List<Extent> shape, @Nullable Tensor tensor) {
    /** Copies the list. */
    public Value {
      shape = List.copyOf(shape);
    }

    /** Returns the number of dimensions. */
    public int rank() {
      return shape.size();
    }

    /**
     * Returns the size of a dimension that is the same for any number of images.
     *
     * @param dimension from 0, or −1 for the last
     * @throws TensorException if it is not
     */
    public long size(int dimension) {
      return shape.get(dimension < 0 ? dimension + rank() : dimension).fixed(name);
    }

    /** Returns the number of elements for one image. */
    public long numel() {
      return shape.stream().mapToLong(extent -> extent.at(1)).reduce(1, Math::multiplyExact);
    }
  }

  /**
   * A size or position that may grow with the number of images N: {@code base + perImage · N}.
   *
   * @param base the part that does not grow
   * @param perImage the growth for each image
   */
  public record Extent(long base, long perImage) {
    /** Returns whether it is the same for any number of images. */
    public boolean isFixed() {
      return perImage == 0;
    }

    /** Returns the size for this many images. */
    public long at(long images) {
      return base + perImage * images;
    }

    private long fixed(String where) {
      if (!isFixed()) {
        throw new TensorException(where + ": a size depends on the number of images");
      }
      return base;
    }
  }

  /**
   * An operation.
   *
   * @param operation its name in this package, such as {@code conv2d}
   * @param inputs what it reads, by position; null for an optional tensor that is left out
   * @param attributes its numbers (Double), flags (Boolean), sizes (Extent) and lists of sizes
   *     (List of Extent) by name
   * @param output what it gives
   */
  public record Node(
      String operation,
      List<@Nullable Value> inputs,
      Map<String, Object> attributes,
      Value output) {
    /** Returns a required input. */
    public Value input(int position) {
      Value value = inputs.get(position);
      if (value == null) {
        throw new TensorException(output.name() + " has no input " + position);
      }
      return value;
    }

    /** Returns a number. */
    public double number(String name) {
      return (Double) attribute(name);
    }

    /** Returns whether a flag is set. */
    public boolean flag(String name) {
      return (Boolean) attribute(name);
    }

    /** Returns a size or position that does not depend on the number of images. */
    public long integer(String name) {
      return ((Extent) attribute(name)).fixed(output.name());
    }

    /** Returns sizes or positions that do not depend on the number of images. */
    public List<Long> integers(String name) {
      return ((List<?>) attribute(name))
          .stream()
              .map(extent -> ((Extent) extent).fixed(output.name()))
              .collect(Collectors.toList());
    }

    /** Returns whether the operation has this attribute. */
    public boolean has(String name) {
      return attributes.containsKey(name);
    }

    /** Returns an attribute. */
    public Object attribute(String name) {
      Object value = attributes.get(name);
      if (value == null) {
        throw new TensorException(output.name() + " has no attribute " + name);
      }
      return value;
    }
  }

  /**
   * Returns the graph without the operations that do not depend on the images: their results become
   * constants. Suits formats that lack such operations.
   */
  public Graph folded() {
    List<Node> dynamic = new ArrayList<>();
    for (Node node : nodes) {
      if (node.output().tensor() == null) {
        dynamic.add(node);
      }
    }
    return new Graph(input, dynamic, outputs).pruned();
  }

  /** Returns the graph without the operations that no output depends on. */
  Graph pruned() {
    Set<String> wanted = new HashSet<>();
    outputs.forEach(output -> wanted.add(output.name()));
    List<Node> needed = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (wanted.contains(node.output().name())) {
        needed.add(node);
        for (Value value : node.inputs()) {
          if (value != null) {
            wanted.add(value.name());
          }
        }
      }
    }
    Collections.reverse(needed);
    return new Graph(input, needed, outputs);
  }

  /** Returns the values that no node of this graph gives: state and constants that are read. */
  public Set<Value> stored() {
    Set<Value> given = new LinkedHashSet<>();
    nodes.forEach(node -> given.add(node.output()));
    Set<Value> stored = new LinkedHashSet<>();
    for (Node node : nodes) {
      for (Value value : node.inputs()) {
        if (value != null && value.tensor() != null && !given.contains(value)) {
          stored.add(value);
        }
      }
    }
    return stored;
  }
}
