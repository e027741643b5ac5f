package io.diptych.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types a {@link Tensor} can hold. */
public enum DType {
  /** IEEE single precision, the default. */
  FLOAT32(ScalarType.Float, 4, "F32"),
  /** IEEE double precision. */
  FLOAT64(ScalarType.Double, 8, "F64"),
  /** IEEE half precision. */
  FLOAT16(ScalarType.Half, 2, "F16"),
  /** Brain float: 8 bits of exponent, 7 of mantissa. */
  BFLOAT16(ScalarType.BFloat16, 2, "BF16"),
  /** Signed 64-bit integer: indices and labels. */
  INT64(ScalarType.Long, 8, "I64"),
  /** Signed 32-bit integer. */
  INT32(ScalarType.Int, 4, "I32"),
  /** Signed 16-bit integer. */
  INT16(ScalarType.Short, 2, "I16"),
  /** Signed 8-bit integer. */
  INT8(ScalarType.Char, 1, "I8"),
  /** Unsigned 8-bit integer: pixels. */
  UINT8(ScalarType.Byte, 1, "U8"),
  /** Truth values: masks. */
  BOOL(ScalarType.Bool, 1, "BOOL");

  private final ScalarType handle;
  private final int bytes;
  private final String safetensorsName;

  DType(ScalarType handle, int bytes, String safetensorsName) {
    this.handle = handle;
    this.bytes = bytes;
    this.safetensorsName = safetensorsName;
  }

  /** Returns the bytes one element takes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the name this type has in a safetensors header, such as {@code F32}. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** Returns whether this is one of the four floating-point types. */
  public boolean isFloatingPoint() {
    return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
  }

  ScalarType handle() {
    return handle;
  }

  static DType of(ScalarType type) {
    // The binding answers with an alias of the constant, which has to be made canonical first.
    int value = type.intern().value;
    for (DType candidate : values()) {
      if (candidate.handle.value == value) {
        return candidate;
      }
    }
    throw new TensorException("element type " + type + " is not supported");
  }
}
