package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.OnnxOperator.custom;

import java.util.List;

/** The table of the operators of ai.onnx.preview that can be imported. */
final class PreviewOperators {
  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE =
      List.of(custom("FlexAttention", 3, 3, new FlexAttentionImporter()));

  private PreviewOperators() {}
}
