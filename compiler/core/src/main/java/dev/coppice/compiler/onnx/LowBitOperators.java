package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.OnnxOperator.custom;

import java.util.List;

/**
 * The table of the operators of the low-bit dialects: QONNX (Brevitas) and FINN, that can be
 * imported.
 */
final class LowBitOperators {
  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE =
      List.of(
          custom("BipolarQuant", 2, 2, LowBitQuantImporter::bipolarQuant),
          custom("FloatQuant", 4, 6, new FloatQuantImporter()),
          custom("Im2Col", 1, 1, new Im2ColImporter()),
          custom("IntQuant", 4, 4, LowBitQuantImporter::quant),
          custom("MultiThreshold", 2, 2, LowBitQuantImporter::multiThreshold),
          custom("Quant", 4, 4, LowBitQuantImporter::quant),
          custom("Trunc", 5, 6, LowBitQuantImporter::trunc),
          custom("XnorPopcountMatMul", 2, 2, LowBitQuantImporter::xnorPopcountMatMul));

  private LowBitOperators() {}
}
