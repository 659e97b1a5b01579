package dev.coppice.compiler.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * An element type of ONNX tensors. Unsigned values and floats of 16 and fewer bits are kept as bits
 * in the Java type of their width. Types of fewer than 8 bits take a byte an element in memory,
 * with the value in the low bits (signed ones sign-extended); in files they are packed. Types of 8
 * and fewer bits other than int8 and uint8 are stored and quantized types: they are moved and
 * converted, but not computed with.
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
  BOOL("bool", 9, 1, Storage.BOOLEAN),
  INT4("i4", 22, 4),
  UINT4("u4", 21, 4),
  INT2("i2", 26, 2),
  UINT2("u2", 25, 2),
  FLOAT8E4M3FN("f8e4m3fn", 17, MiniFloat.E4M3FN),
  FLOAT8E4M3FNUZ("f8e4m3fnuz", 18, MiniFloat.E4M3FNUZ),
  FLOAT8E5M2("f8e5m2", 19, MiniFloat.E5M2),
  FLOAT8E5M2FNUZ("f8e5m2fnuz", 20, MiniFloat.E5M2FNUZ),
  FLOAT8E8M0("f8e8m0", 24, MiniFloat.E8M0),
  FLOAT4E2M1("f4e2m1", 23, MiniFloat.E2M1);

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
  private final int bits;
  private final Storage storage;
  private final Optional<MiniFloat> miniFloat;

  DType(String label, int onnxCode, int bytes, Storage storage) {
    this.label = label;
    this.onnxCode = onnxCode;
    this.bytes = bytes;
    this.bits = 8 * bytes;
    this.storage = storage;
    this.miniFloat = Optional.empty();
  }

  DType(String label, int onnxCode, int bits) {
    this.label = label;
    this.onnxCode = onnxCode;
    this.bytes = 1;
    this.bits = bits;
    this.storage = Storage.BYTE;
    this.miniFloat = Optional.empty();
  }

  DType(String label, int onnxCode, MiniFloat format) {
    this.label = label;
    this.onnxCode = onnxCode;
    this.bytes = 1;
    this.bits = format.bits();
    this.storage = Storage.BYTE;
    this.miniFloat = Optional.of(format);
  }

  /** Short name used in text form, e.g. {@code f32}. */
  public String label() {
    return label;
  }

  /** Value of {@code TensorProto.DataType}. */
  public int onnxCode() {
    return onnxCode;
  }

  /** Bits of one element in a file. */
  public int bits() {
    return bits;
  }

  /** The format of a float of 8 or 4 bits. */
  public Optional<MiniFloat> miniFloat() {
    return miniFloat;
  }

  /** Whether values are only stored: floats of 8 and fewer bits, integers of fewer than 8. */
  public boolean isStoredOnly() {
    return miniFloat.isPresent() || bits < 8;
  }

  /** Bytes of one element in memory. */
  public int bytes() {
    return bytes;
  }

  /** Java array element that holds one value. */
  public Storage storage() {
    return storage;
  }

  /** Whether values are floating point numbers that can be computed with. */
  public boolean isFloat() {
    return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
  }

  /** Whether values are integers (BOOL is not). */
  public boolean isInteger() {
    return !isFloat() && this != BOOL && miniFloat.isEmpty();
  }

  /** Whether values are integers without sign. */
  public boolean isUnsigned() {
    return switch (this) {
      case UINT8, UINT16, UINT32, UINT64, UINT4, UINT2 -> true;
      default -> false;
    };
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
