package io.diptych.tensor;

import java.util.Arrays;
import java.util.Collection;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array on a device, with automatic differentiation. A handle of a libtorch
 * tensor.
 *
 * <p>Operations return new tensors; those whose name ends in an underscore change this one and
 * return it. Tensors belong to the {@link Scope} that is open on the thread which made them.
 *
 * <p>A failing operation throws {@link TensorException} with one line that names the operation; an
 * argument that can be checked beforehand throws {@link IllegalArgumentException}; a closed tensor
 * {@link IllegalStateException}.
 */
public final class Tensor
    implements AutoCloseable, Elementwise, InPlace, Reducing, Shaping, Indexing {
  private final org.bytedeco.pytorch.Tensor handle;
  private @Nullable Scope scope;
  private boolean closed;

  private Tensor(org.bytedeco.pytorch.Tensor handle) {
    this.handle = handle;
    this.scope = Scope.enter(this);
  }

  static Tensor wrap(org.bytedeco.pytorch.Tensor handle) {
    return new Tensor(handle);
  }

  // ---- creation; an empty tensor has no memory that could be copied to or from

  /** Returns a float32 tensor with these values, row-major. */
  public static Tensor of(float[] values, long... shape) {
    Tensor tensor = allocate(DType.FLOAT32, values.length, shape);
    if (values.length > 0) {
      try (FloatPointer target = new FloatPointer(tensor.handle.data_ptr())) {
        target.put(values, 0, values.length);
      }
    }
    return tensor;
  }

  /** Returns a float64 tensor with these values, row-major. */
  public static Tensor of(double[] values, long... shape) {
    Tensor tensor = allocate(DType.FLOAT64, values.length, shape);
    if (values.length > 0) {
      try (DoublePointer target = new DoublePointer(tensor.handle.data_ptr())) {
        target.put(values, 0, values.length);
      }
    }
    return tensor;
  }

  /** Returns an int64 tensor with these values, row-major. */
  public static Tensor of(long[] values, long... shape) {
    Tensor tensor = allocate(DType.INT64, values.length, shape);
    if (values.length > 0) {
      try (LongPointer target = new LongPointer(tensor.handle.data_ptr())) {
        target.put(values, 0, values.length);
      }
    }
    return tensor;
  }

  /** Returns an int32 tensor with these values, row-major. */
  public static Tensor of(int[] values, long... shape) {
    Tensor tensor = allocate(DType.INT32, values.length, shape);
    if (values.length > 0) {
      try (IntPointer target = new IntPointer(tensor.handle.data_ptr())) {
        target.put(values, 0, values.length);
      }
    }
    return tensor;
  }

  /** Returns a uint8 tensor with these values (0 to 255, as Java's signed bytes), row-major. */
  public static Tensor of(byte[] values, long... shape) {
    return ofBytes(DType.UINT8, values, shape);
  }

  /**
   * Returns a tensor whose memory is these bytes, little-endian and row-major.
   *
   * @throws IllegalArgumentException if there are not exactly as many bytes as the shape takes
   */
  public static Tensor ofBytes(DType dtype, byte[] bytes, long... shape) {
    long expected = Math.multiplyExact(Shape.of(shape).numel(), dtype.bytes());
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          bytes.length
              + " bytes for "
              + dtype
              + " "
              + Arrays.toString(shape)
              + ", not "
              + expected);
    }
    Tensor tensor = empty(dtype, Device.CPU, shape);
    if (bytes.length > 0) {
      try (BytePointer target = new BytePointer(tensor.handle.data_ptr())) {
        target.put(bytes, 0, bytes.length);
      }
    }
    return tensor;
  }

  /** Returns a float32 scalar. */
  public static Tensor scalar(double value) {
    return full(value, DType.FLOAT32, Device.CPU);
  }

  /** Returns a float32 tensor of zeros on the processor. */
  public static Tensor zeros(long... shape) {
    return zeros(DType.FLOAT32, Device.CPU, shape);
  }

  /** Returns a tensor of zeros. */
  public static Tensor zeros(DType dtype, Device device, long... shape) {
    return create("zeros", dtype, device, shape, options -> torch.zeros(shape, options));
  }

  /** Returns a float32 tensor of ones on the processor. */
  public static Tensor ones(long... shape) {
    return full(1, DType.FLOAT32, Device.CPU, shape);
  }

  /** Returns a tensor with this value everywhere. */
  public static Tensor full(double value, DType dtype, Device device, long... shape) {
    return create(
        "full",
        dtype,
        device,
        shape,
        options -> {
          try (Scalar scalar = new Scalar(value)) {
            return torch.full(shape, scalar, options);
          }
        });
  }

  /** Returns a tensor whose values are whatever was in memory. */
  public static Tensor empty(DType dtype, Device device, long... shape) {
    return create(
        "empty",
        dtype,
        device,
        shape,
        options -> {
          try (MemoryFormatOptional format = new MemoryFormatOptional()) {
            return torch.empty(shape, options, format);
          }
        });
  }

  /** Returns the int64 tensor 0, 1, …, end − 1. */
  public static Tensor arange(long end, Device device) {
    return create(
        "arange",
        DType.INT64,
        device,
        new long[] {end},
        options -> {
          try (Scalar scalar = new Scalar(end)) {
            return torch.arange(scalar, options);
          }
        });
  }

  /** Returns the n × n identity matrix. */
  public static Tensor eye(long n, DType dtype, Device device) {
    return create("eye", dtype, device, new long[] {n, n}, options -> torch.eye(n, options));
  }

  /** Joins tensors along an existing dimension. */
  public static Tensor cat(Collection<Tensor> tensors, long dimension) {
    requireSome("cat", tensors);
    return Native.listCall(
        "cat",
        tensors,
        list -> torch.cat(list, dimension),
        notes -> notes.reads(tensors.toArray(new Tensor[0])).with("dimension", dimension));
  }

  /** Joins tensors of one shape along a new dimension. */
  public static Tensor stack(Collection<Tensor> tensors, long dimension) {
    requireSome("stack", tensors);
    return Native.listCall("stack", tensors, list -> torch.stack(list, dimension), null);
  }

  /** Returns, elementwise, the first value where the mask (bool) is true, else the second. */
  public static Tensor where(Tensor mask, Tensor ifTrue, Tensor ifFalse) {
    return Native.call(
        "where", () -> torch.where(mask.handle(), ifTrue.handle(), ifFalse.handle()));
  }

  // ---- what it is

  /** Returns the shape. */
  public Shape shape() {
    return Shape.of(handle().shape());
  }

  /** Returns the size of a dimension; {@code -1} is the last one. */
  public long size(int dimension) {
    return shape().size(dimension);
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return (int) handle().dim();
  }

  /** Returns the number of elements. */
  public long numel() {
    return handle().numel();
  }

  /** Returns the element type. */
  public DType dtype() {
    return DType.of(handle().scalar_type());
  }

  /** Returns the device. */
  public Device device() {
    try (org.bytedeco.pytorch.Device device = handle().device()) {
      return Device.of(device);
    }
  }

  // ---- conversion

  /** Returns this tensor in another element type; itself, in a new handle, if it has it already. */
  public Tensor to(DType dtype) {
    return Native.call(
        "to",
        () -> handle().to(dtype.handle()),
        notes -> {
          if (dtype == dtype()) {
            notes.same(this);
          } else {
            notes.reads(this);
          }
        });
  }

  /** Returns this tensor on another device; itself, in a new handle, if it is there already. */
  public Tensor to(Device device) {
    return Native.call(
        "to " + device,
        () -> {
          try (org.bytedeco.pytorch.Device target = device.handle()) {
            return handle().to(target, handle().scalar_type());
          }
        },
        notes -> notes.same(this));
  }

  /** Returns a copy with memory of its own, out of the graph. */
  public Tensor copy() {
    return Native.call(
        "copy",
        () -> {
          try (org.bytedeco.pytorch.Tensor detached = handle().detach()) {
            return detached.clone();
          }
        },
        notes -> notes.same(this));
  }

  /** Returns this tensor with rows one after the other in memory. */
  public Tensor contiguous() {
    return Native.call("contiguous", () -> handle().contiguous(), notes -> notes.same(this));
  }

  /** Returns this [N, C, H, W] tensor with its channels innermost in memory; same shape. */
  public Tensor channelsLast() {
    long[] sizes = shape().sizes();
    long c = sizes[1];
    long w = sizes[3];
    long[] strides = {sizes[2] * w * c, 1, w * c, c};
    // With one channel or one pixel both layouts are the same memory, and libtorch keeps the
    // strides of the other; they decide the layout of whatever is computed from here.
    return Native.call(
        "channelsLast",
        () -> {
          // One handle more on the same memory, which would else stay until a garbage collection.
          try (org.bytedeco.pytorch.Tensor inner = handle().contiguous(MemoryFormat.ChannelsLast)) {
            return inner.as_strided(sizes, strides);
          }
        },
        notes -> notes.same(this));
  }

  /**
   * Returns the value of a tensor of one element. Waits for the device.
   *
   * @throws IllegalArgumentException if there is not exactly one element
   */
  public double item() {
    if (numel() != 1) {
      throw new IllegalArgumentException("item needs one element, shape is " + shape());
    }
    Trace.requireReadable(this);
    try (Scalar scalar = handle().item()) {
      return scalar.toDouble();
    }
  }

  /** Returns the values as float32, row-major. */
  public float[] toFloatArray() {
    try (Tensor ready = ready(DType.FLOAT32);
        FloatPointer source = new FloatPointer(ready.handle.data_ptr())) {
      float[] values = new float[elements(ready)];
      if (values.length > 0) {
        source.get(values);
      }
      return values;
    }
  }

  /** Returns the values as float64, row-major. */
  public double[] toDoubleArray() {
    try (Tensor ready = ready(DType.FLOAT64);
        DoublePointer source = new DoublePointer(ready.handle.data_ptr())) {
      double[] values = new double[elements(ready)];
      if (values.length > 0) {
        source.get(values);
      }
      return values;
    }
  }

  /** Returns the values as int64, row-major; fractions are cut off. */
  public long[] toLongArray() {
    try (Tensor ready = ready(DType.INT64);
        LongPointer source = new LongPointer(ready.handle.data_ptr())) {
      long[] values = new long[elements(ready)];
      if (values.length > 0) {
        source.get(values);
      }
      return values;
    }
  }

  /** Returns the memory of the values, row-major and little-endian, whatever their type. */
  public byte[] toBytes() {
    try (Tensor ready = ready(dtype());
        BytePointer source = new BytePointer(ready.handle.data_ptr())) {
      byte[] bytes = new byte[Math.multiplyExact(elements(ready), dtype().bytes())];
      if (bytes.length > 0) {
        source.get(bytes);
      }
      return bytes;
    }
  }

  // ---- differentiation

  /** Returns whether gradients are computed for this tensor. */
  public boolean requiresGrad() {
    return handle().requires_grad();
  }

  /** Sets whether gradients are collected in this leaf, and returns it. */
  public Tensor requiresGrad_(boolean value) {
    Native.run("requiresGrad_", () -> handle().set_requires_grad(value));
    return this;
  }

  /** Returns the same values cut off from the graph; shares memory. */
  public Tensor detach() {
    return Native.call("detach", () -> handle().detach(), notes -> notes.same(this));
  }

  /** Adds the gradient of this scalar to {@link #grad} of every leaf it was computed from. */
  public void backward() {
    Native.run("backward", () -> handle().backward());
  }

  /** Returns the collected gradient, or null if there is none yet; shares memory with it. */
  public @Nullable Tensor grad() {
    org.bytedeco.pytorch.Tensor gradient = handle().grad();
    return gradient.defined() ? Native.copyOf(gradient) : null;
  }

  /** Drops the collected gradient. */
  public void clearGrad() {
    handle().mutable_grad().reset();
  }

  // ---- change in place

  /** Copies the values of another tensor (of a shape that broadcasts to this one's) into this. */
  public Tensor copy_(Tensor source) {
    Native.run("copy_", () -> handle().copy_(source.handle()));
    return this;
  }

  /** Sets every value. */
  public Tensor fill_(double value) {
    Native.run(
        "fill_",
        () -> {
          try (Scalar scalar = new Scalar(value)) {
            handle().fill_(scalar);
          }
        });
    return this;
  }

  /** Makes this handle refer to the other's memory, type and device; keeps its place as a leaf. */
  public Tensor setData_(Tensor other) {
    Native.run("setData_", () -> handle().set_data(other.handle()));
    return this;
  }

  /** Adds another tensor to this one. */
  public Tensor add_(Tensor other) {
    Native.run("add_", () -> handle().add_(other.handle()));
    return this;
  }

  /** Adds a number. */
  public Tensor add_(double number) {
    Native.run(
        "add_",
        () -> {
          try (Scalar scalar = Native.scalar(handle(), number)) {
            handle().add_(scalar);
          }
        });
    return this;
  }

  /** Multiplies by a number. */
  public Tensor mul_(double factor) {
    Native.run(
        "mul_",
        () -> {
          try (Scalar scalar = Native.scalar(handle(), factor)) {
            handle().mul_(scalar);
          }
        });
    return this;
  }

  // ---- memory

  /** Frees the native memory; a second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      handle.close();
    }
  }

  /** Returns type, shape and device; not the values. */
  @Override
  public String toString() {
    return closed ? "Tensor[closed]" : "Tensor[" + dtype() + " " + shape() + " " + device() + "]";
  }

  /**
   * Returns the native tensor.
   *
   * @throws IllegalStateException if this tensor is closed
   */
  org.bytedeco.pytorch.Tensor handle() {
    if (closed) {
      throw new IllegalStateException(
          "the tensor is closed: its scope ended or close() was called");
    }
    return handle;
  }

  @Nullable Scope scope() {
    return scope;
  }

  void moveTo(@Nullable Scope target) {
    scope = target;
  }

  private Tensor ready(DType dtype) {
    Trace.requireReadable(this);
    return Native.call(
        "read",
        () -> {
          // Each of these is a handle of its own, which would else stay until a collection.
          try (org.bytedeco.pytorch.Device cpu = Device.CPU.handle();
              org.bytedeco.pytorch.Tensor detached = handle().detach();
              org.bytedeco.pytorch.Tensor moved = detached.to(cpu, dtype.handle())) {
            return moved.contiguous();
          }
        });
  }

  private static int elements(Tensor tensor) {
    return Math.toIntExact(tensor.numel());
  }

  private static Tensor allocate(DType dtype, long values, long... shape) {
    if (Shape.of(shape).numel() != values) {
      throw new IllegalArgumentException(
          values + " values do not fill the shape " + Arrays.toString(shape));
    }
    return empty(dtype, Device.CPU, shape);
  }

  private static void requireSome(String operation, Collection<Tensor> tensors) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException(operation + " needs at least one tensor");
    }
  }

  private interface Creation {
    org.bytedeco.pytorch.Tensor with(TensorOptions options);
  }

  private static Tensor create(
      String operation, DType dtype, Device device, long[] shape, Creation creation) {
    Shape checked = Shape.of(shape);
    return Native.call(
        operation + " " + checked,
        () -> {
          try (org.bytedeco.pytorch.Device target = device.handle();
              TensorOptions typed = new TensorOptions(dtype.handle());
              org.bytedeco.pytorch.DeviceOptional where =
                  new org.bytedeco.pytorch.DeviceOptional(target);
              TensorOptions options = typed.device(where)) {
            return creation.with(options);
          }
        },
        notes -> {});
  }

  static long nativeBytes() {
    return Pointer.totalBytes();
  }
}
