package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.OnnxOperator.custom;

import java.util.List;

/**
 * The table of the operators of com.microsoft, which ONNX Runtime defines and its tools write, that
 * can be imported.
 */
final class MicrosoftOperators {
  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE =
      List.of(
          custom("QLinearAdd", 7, 8, QuantizedArithmeticImporter::add),
          custom("QLinearMul", 7, 8, QuantizedArithmeticImporter::multiply));

  private MicrosoftOperators() {}
}
