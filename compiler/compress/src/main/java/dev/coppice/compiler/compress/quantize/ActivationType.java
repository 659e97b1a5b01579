package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.tensor.DType;

/**
 * What activations are quantized to.
 *
 * @param dtype int8, uint8, int16 or uint16
 * @param symmetric whether 0 is the integer 0 whatever the range
 */
record ActivationType(DType dtype, boolean symmetric) {
  ActivationType {
    if (dtype.bits() > 16 || !dtype.isInteger() || symmetric && dtype.isUnsigned()) {
      throw new IllegalArgumentException(dtype + (symmetric ? ", symmetric" : ""));
    }
  }

  /** Number of integers. */
  int levels() {
    return 1 << dtype.bits();
  }

  /** The lowest integer. */
  int low() {
    return dtype.isUnsigned() ? 0 : -levels() / 2;
  }

  /** The highest integer. */
  int high() {
    return low() + levels() - 1;
  }
}
