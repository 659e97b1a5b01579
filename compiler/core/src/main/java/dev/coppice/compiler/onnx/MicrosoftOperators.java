package dev.coppice.compiler.onnx;

import java.util.List;

/**
 * The table of the operators of com.microsoft, which ONNX Runtime defines and its tools write, that
 * can be imported.
 */
final class MicrosoftOperators {
  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE = List.of();

  private MicrosoftOperators() {}
}
