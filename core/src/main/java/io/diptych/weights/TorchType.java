package io.diptych.weights;

import io.diptych.tensor.DType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's element types.
 *
 * <p>Some exist in files only: their bytes can be stepped over, but no tensor can be made of them.
 */
enum TorchType {
  FLOAT("float32", 4, DType.FLOAT32),
  DOUBLE("float64", 8, DType.FLOAT64),
  HALF("float16", 2, DType.FLOAT16),
  BFLOAT16("bfloat16", 2, DType.BFLOAT16),
  LONG("int64", 8, DType.INT64),
  INT("int32", 4, DType.INT32),
  SHORT("int16", 2, DType.INT16),
  CHAR("int8", 1, DType.INT8),
  BYTE("uint8", 1, DType.UINT8),
  BOOL("bool", 1, DType.BOOL),
  UNTYPED("bytes", 1, DType.UINT8),
  UINT16("uint16", 2, null),
  UINT32("uint32", 4, null),
  UINT64("uint64", 8, null),
  COMPLEX_HALF("complex32", 4, null),
  COMPLEX_FLOAT("complex64", 8, null),
  COMPLEX_DOUBLE("complex128", 16, null),
  FLOAT8_E4M3FN("float8_e4m3fn", 1, null),
  FLOAT8_E5M2("float8_e5m2", 1, null),
  Q_INT8("qint8", 1, null),
  Q_UINT8("quint8", 1, null),
  Q_INT32("qint32", 4, null);

  private final String dtypeName;
  private final int bytes;
  private final @Nullable DType dtype;

  TorchType(String dtypeName, int bytes, @Nullable DType dtype) {
    this.dtypeName = dtypeName;
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** Returns the name as in {@code torch.float32}. */
  String dtypeName() {
    return dtypeName;
  }

  /** Returns the name as in {@code torch.FloatStorage}. */
  String storageName() {
    StringBuilder name = new StringBuilder();
    for (String word : name().split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return this == BFLOAT16 ? "BFloat16Storage" : name + "Storage";
  }

  int bytes() {
    return bytes;
  }

  @Nullable DType dtype() {
    return dtype;
  }

  /** Returns the type of this full name of a class of storages or a type, or null. */
  static @Nullable TorchType named(String name) {
    if (name.endsWith("UntypedStorage")) {
      return UNTYPED;
    }
    for (TorchType type : values()) {
      if (name.equals("torch." + type.storageName()) || name.equals("torch." + type.dtypeName)) {
        return type;
      }
    }
    return null;
  }

  static TorchType of(DType dtype) {
    for (TorchType type : values()) {
      if (type.dtype == dtype) {
        return type;
      }
    }
    throw new IllegalArgumentException("PyTorch has no type " + dtype);
  }
}
