package dev.coppice.compiler.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * An element type of ONNX tensors. Unsigned and 16-bit float values are kept as bits in the Java
 * type of their width.
 */
public enum DType {
  FLOAT32("f32", 1, 4, Storage.FLOAT),
  FLOAT64("f64", 11, 8, Storage.DOUBLE),
  FLOAT16("f16", 10, 2, Storage.SHORT),
  BFLOAT16("bf16", 16, 2, Storage.SHORT),
  INT8("i8", 3, 1, Storage.BYTE),
  INT16("i16", 5, 2, Storage.SHORT),
  INT32("i32", 6, 4, Storage.INT),
  INT64("i64", 7, 8, Storage.LONG),
  UINT8("u8", 2, 1, Storage.BYTE),
  UINT16("u16", 4, 2, Storage.SHORT),
  UINT32("u32", 12, 4, Storage.INT),
  UINT64("u64", 13, 8, Storage.LONG),
  BOOL("bool", 9, 1, Storage.BOOLEAN);

  /** The Java array element that holds one value. */
  public enum Storage {
    FLOAT,
    DOUBLE,
    BYTE,
    SHORT,
    INT,
    LONG,
    BOOLEAN
  }

  private final String label;
  private final int onnxCode;
  private final int bytes;
  private final Storage storage;

  DType(String label, int onnxCode, int bytes, Storage storage) {
    this.label = label;
    this.onnxCode = onnxCode;
    this.bytes = bytes;
    this.storage = storage;
  }

  /** Short name used in text form, e.g. {@code f32}. */
  public String label() {
    return label;
  }

  /** Value of {@code TensorProto.DataType}. */
  public int onnxCode() {
    return onnxCode;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Java array element that holds one value. */
  public Storage storage() {
    return storage;
  }

  /** Whether values are floating point. */
  public boolean isFloat() {
    return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
  }

  /** Whether values are integers (BOOL is not). */
  public boolean isInteger() {
    return !isFloat() && this != BOOL;
  }

  /** Whether values are integers without sign. */
  public boolean isUnsigned() {
    return this == UINT8 || this == UINT16 || this == UINT32 || this == UINT64;
  }

  /** The type with this label. */
  public static Optional<DType> ofLabel(String label) {
    return Arrays.stream(values()).filter(t -> t.label.equals(label)).findFirst();
  }

  /**
   * The type with this {@code TensorProto.DataType} value; empty for strings and types not
   * represented.
   */
  public static Optional<DType> ofOnnx(int code) {
    return Arrays.stream(values()).filter(t -> t.onnxCode == code).findFirst();
  }

  @Override
  public String toString() {
    return label;
  }
}
