package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.tensor.DType;
import java.util.Locale;

/** What weights can be stored as. */
enum WeightType {
  FP16(DType.FLOAT16),
  INT16(DType.INT16),
  INT8(DType.INT8),
  INT4(DType.INT4),
  INT2(DType.INT2);

  private final DType dtype;

  WeightType(DType dtype) {
    this.dtype = dtype;
  }

  /** The type of recipe text {@code name}, one of {@link #text}. */
  static WeightType named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** What recipes call it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The ONNX type that holds just its values. */
  DType dtype() {
    return dtype;
  }

  /** Bits of a value. */
  int bits() {
    return dtype.bits();
  }

  /** Whether values are integers times a scale. */
  boolean isInteger() {
    return this != FP16;
  }

  /** The lowest integer; with {@code symmetric} the negative of the highest. */
  int low(boolean symmetric) {
    return symmetric ? -high() : -high() - 1;
  }

  /** The highest integer. */
  int high() {
    return (1 << bits() - 1) - 1;
  }
}
