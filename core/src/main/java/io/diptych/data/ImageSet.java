package io.diptych.data;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Images that are all in memory, as one tensor, with their labels. Immutable. It owns its tensors,
 * which belong to no scope: close it when it is no longer needed.
 */
public final class ImageSet implements ImageCollection {
  private static final long HASH_BYTES = 1 << 24;

  private final String name;
  private final Tensor pixels;
  private final Tensor labels;
  private final List<String> classNames;
  private final boolean labelled;
  private @Nullable String fingerprint;

  private ImageSet(
      String name, Tensor pixels, Tensor labels, List<String> classNames, boolean labelled) {
    this.name = name;
    this.pixels = Scope.keep(pixels);
    this.labels = Scope.keep(labels);
    this.classNames = classNames;
    this.labelled = labelled;
  }

  /**
   * Makes a set of these images and takes over the tensors: they leave their scope, and close with
   * the set.
   *
   * @param name what to call it
   * @param pixels uint8 [N, C, H, W], N and C at least 1
   * @param labels int64 [N], on the same device: the class of each image, or -1
   * @param classNames name of each class, or empty if the set has none
   * @return the set
   * @throws IllegalArgumentException if shapes, types or devices are others, or a label is out of
   *     range
   */
  public static ImageSet of(String name, Tensor pixels, Tensor labels, List<String> classNames) {
    if (pixels.dtype() != DType.UINT8 || pixels.rank() != 4 || pixels.numel() == 0) {
      throw new IllegalArgumentException(
          "pixels must be uint8 [N, C, H, W] and not empty, were "
              + pixels.dtype()
              + " "
              + pixels.shape());
    }
    if (labels.dtype() != DType.INT64 || labels.rank() != 1 || labels.size(0) != pixels.size(0)) {
      throw new IllegalArgumentException(
          "labels must be int64 ["
              + pixels.size(0)
              + "], were "
              + labels.dtype()
              + " "
              + labels.shape());
    }
    if (!labels.device().equals(pixels.device())) {
      throw new IllegalArgumentException(
          "labels are on " + labels.device() + ", pixels on " + pixels.device());
    }
    boolean labelled = true;
    for (long label : labels.toLongArray()) {
      if (label < -1 || (!classNames.isEmpty() && label >= classNames.size())) {
        throw new IllegalArgumentException(
            "label " + label + " is not one of " + classNames.size() + " classes, nor -1");
      }
      labelled &= label >= 0;
    }
    return new ImageSet(name, pixels, labels, List.copyOf(classNames), labelled);
  }

  /**
   * What the set is called.
   *
   * @return such as {@code fashion-mnist}
   */
  @Override
  public String name() {
    return name;
  }

  /**
   * How many images there are.
   *
   * @return at least 1
   */
  @Override
  public int size() {
    return Math.toIntExact(pixels.size(0));
  }

  @Override
  public int channels() {
    return (int) pixels.size(1);
  }

  /**
   * The images; not to be changed or closed.
   *
   * @return uint8 [N, C, H, W]
   */
  public Tensor pixels() {
    return pixels;
  }

  /**
   * The labels; not to be changed or closed.
   *
   * @return int64 [N], -1 where an image has none
   */
  @Override
  public Tensor labels() {
    return labels;
  }

  /**
   * The names of the classes.
   *
   * @return the name of label i at i; empty if the set has no classes
   */
  @Override
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Whether every image has a label.
   *
   * @return false if any has none
   */
  @Override
  public boolean labelled() {
    return labelled;
  }

  /**
   * Identifies the content: equal for sets with equal images and labels, on whatever device and of
   * whatever name. Computed once, on the first call.
   *
   * @return SHA-256 of shape, pixels and labels, in lower-case hexadecimal
   */
  @Override
  public synchronized String fingerprint() {
    String known = fingerprint;
    if (known == null) {
      known = computeFingerprint();
      fingerprint = known;
    }
    return known;
  }

  private String computeFingerprint() {
    MessageDigest digest = Digest.messageDigest("SHA-256");
    digest.update(("uint8 " + pixels.shape() + "\n").getBytes(StandardCharsets.UTF_8));
    long step = Math.max(1, HASH_BYTES * size() / pixels.numel());
    for (long at = 0; at < size(); at += step) {
      try (Scope scope = Scope.open()) {
        digest.update(pixels.narrow(0, at, Math.min(step, size() - at)).toBytes());
      }
    }
    digest.update(labels.toBytes());
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Copies the set to a device.
   *
   * @param device where to
   * @return a new set, or this one if it is there already
   */
  public ImageSet to(Device device) {
    if (pixels.device().equals(device)) {
      return this;
    }
    ImageSet moved = new ImageSet(name, pixels.to(device), labels.to(device), classNames, labelled);
    synchronized (this) {
      moved.fingerprint = fingerprint;
    }
    return moved;
  }

  @Override
  public long[] listed(Path list) {
    return Subset.numbers(size(), List.of(), list);
  }

  /** Copies some of the images, on the same device. */
  @Override
  public ImageSet subset(long[] indices) {
    Subset.requireInRange(indices, size());
    try (Scope scope = Scope.open()) {
      Tensor index = Tensor.of(indices, indices.length).to(pixels.device());
      Tensor chosen = labels.indexSelect(0, index);
      boolean complete = Arrays.stream(chosen.toLongArray()).allMatch(label -> label >= 0);
      return new ImageSet(name, pixels.indexSelect(0, index), chosen, classNames, complete);
    }
  }

  @Override
  public ImageSet readable() {
    return this;
  }

  /**
   * Copies the images that have a label, in their order.
   *
   * @return a new set, or this one if all have one
   * @throws IllegalArgumentException if none has
   */
  public ImageSet labelledPart() {
    if (labelled) {
      return this;
    }
    long[] all = labels.toLongArray();
    long[] indices = LongStream.range(0, all.length).filter(i -> all[(int) i] >= 0).toArray();
    if (indices.length == 0) {
      throw new IllegalArgumentException("no image of '" + name + "' has a label");
    }
    return subset(indices);
  }

  /** Frees the tensors. */
  @Override
  public void close() {
    pixels.close();
    labels.close();
  }
}
