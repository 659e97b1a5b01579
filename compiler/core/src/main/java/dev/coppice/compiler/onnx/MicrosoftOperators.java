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
          custom("Attention", 2, 7, PackedAttentionImporter::attention).results(2),
          custom("BiasGelu", 2, 2, GeluImporter::exact),
          custom("BiasSplitGelu", 2, 2, GeluImporter::split),
          custom("DequantizeLinear", 2, 3, QuantizationImporter::dequantize),
          custom("DynamicQuantizeLSTM", 12, 12, RecurrentImporter::quantizedLstm).results(3),
          custom("DynamicQuantizeMatMul", 3, 5, FusedImporter::dynamicMatMul),
          custom("EmbedLayerNormalization", 7, 9, new EmbedNormalizationImporter()).results(3),
          custom("FastGelu", 1, 2, GeluImporter::fast),
          custom("FusedConv", 2, 4, FusedActivation::conv),
          custom("FusedGemm", 2, 3, FusedActivation::gemm),
          custom("FusedMatMul", 2, 2, FusedImporter::matMul),
          custom("Gelu", 1, 1, GeluImporter::exact),
          custom("GroupQueryAttention", 7, 11, GroupQueryAttentionImporter::apply).results(3),
          custom("MatMulIntegerToFloat", 4, 7, FusedImporter::integerToFloat),
          custom("MatMulNBits", 3, 6, new BlockMatMulImporter()),
          custom("MultiHeadAttention", 1, 10, new MultiHeadAttentionImporter()).results(3),
          custom("QAttention", 5, 9, PackedAttentionImporter::quantized).results(2),
          custom("QGemm", 6, 9, new QuantizedGemmImporter()),
          custom("QLinearAdd", 7, 8, QuantizedArithmeticImporter::add),
          custom("QLinearAveragePool", 4, 5, new QuantizedPoolImporter()),
          custom("QLinearConcat", 5, Integer.MAX_VALUE, QuantizedFunctionImporter::concat),
          custom("QLinearGlobalAveragePool", 5, 5, QuantizedFunctionImporter::globalAverage),
          custom("QLinearLeakyRelu", 4, 5, QuantizedFunctionImporter::leakyRelu),
          custom("QLinearMul", 7, 8, QuantizedArithmeticImporter::multiply),
          custom("QLinearReduceMean", 4, 5, QuantizedFunctionImporter::mean),
          custom("QLinearSigmoid", 4, 5, QuantizedFunctionImporter::sigmoid),
          custom("QLinearSoftmax", 5, 5, new QuantizedSoftmaxImporter()),
          custom("QLinearWhere", 9, 9, QuantizedFunctionImporter::where),
          custom("QuantizeLinear", 2, 3, QuantizationImporter::quantize),
          custom("QuickGelu", 1, 1, GeluImporter::quick),
          custom("RotaryEmbedding", 4, 4, RotaryEmbeddingImporter.MICROSOFT),
          custom("SkipLayerNormalization", 3, 5, SkipNormalizationImporter::layer).results(4),
          custom(
                  "SkipSimplifiedLayerNormalization",
                  3,
                  4,
                  SkipNormalizationImporter::rootMeanSquare)
              .results(4),
          custom("Trilu", 1, 2, IndexingImporter::trilu));

  private MicrosoftOperators() {}
}
