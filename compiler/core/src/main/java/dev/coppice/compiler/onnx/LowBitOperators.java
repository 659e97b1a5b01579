package dev.coppice.compiler.onnx;

import java.util.List;

/**
 * The table of the operators of the low-bit dialects: QONNX (Brevitas) and FINN, that can be
 * imported.
 */
final class LowBitOperators {
  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE = List.of();

  private LowBitOperators() {}
}
