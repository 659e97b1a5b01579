package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Abs;
import dev.coppice.compiler.op.Acos;
import dev.coppice.compiler.op.Acosh;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.And;
import dev.coppice.compiler.op.Asin;
import dev.coppice.compiler.op.Asinh;
import dev.coppice.compiler.op.Atan;
import dev.coppice.compiler.op.Atanh;
import dev.coppice.compiler.op.BitShift;
import dev.coppice.compiler.op.BitwiseAnd;
import dev.coppice.compiler.op.BitwiseNot;
import dev.coppice.compiler.op.BitwiseOr;
import dev.coppice.compiler.op.BitwiseXor;
import dev.coppice.compiler.op.Ceil;
import dev.coppice.compiler.op.Celu;
import dev.coppice.compiler.op.Cos;
import dev.coppice.compiler.op.Cosh;
import dev.coppice.compiler.op.DepthToSpace;
import dev.coppice.compiler.op.Det;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Elu;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Erf;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.Floor;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.GatherElements;
import dev.coppice.compiler.op.GatherND;
import dev.coppice.compiler.op.Gelu;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.GreaterOrEqual;
import dev.coppice.compiler.op.HardSigmoid;
import dev.coppice.compiler.op.HardSwish;
import dev.coppice.compiler.op.Hardmax;
import dev.coppice.compiler.op.InstanceNormalization;
import dev.coppice.compiler.op.IsInf;
import dev.coppice.compiler.op.IsNaN;
import dev.coppice.compiler.op.LeakyRelu;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.LessOrEqual;
import dev.coppice.compiler.op.Log;
import dev.coppice.compiler.op.LogSoftmax;
import dev.coppice.compiler.op.Lrn;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Max;
import dev.coppice.compiler.op.Min;
import dev.coppice.compiler.op.Mish;
import dev.coppice.compiler.op.Mod;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Not;
import dev.coppice.compiler.op.Or;
import dev.coppice.compiler.op.PRelu;
import dev.coppice.compiler.op.Pow;
import dev.coppice.compiler.op.Reciprocal;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.op.Round;
import dev.coppice.compiler.op.Selu;
import dev.coppice.compiler.op.Shrink;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Sign;
import dev.coppice.compiler.op.Sin;
import dev.coppice.compiler.op.Sinh;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Softplus;
import dev.coppice.compiler.op.Softsign;
import dev.coppice.compiler.op.SpaceToDepth;
import dev.coppice.compiler.op.Sqrt;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Swish;
import dev.coppice.compiler.op.Tan;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.op.ThresholdedRelu;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.op.Xor;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/** The table of the operators of {@code ai.onnx} that can be imported. */
final class OnnxOperators {
  private static final int ANY = Integer.MAX_VALUE;

  static final List<OnnxOperator> TABLE =
      List.of(
          // Sorted by name, an operator a line: name, first opset, operands, importer.
          op("Abs", 6, 1, 1, record(Abs::new)),
          op("Acos", 7, 1, 1, record(Acos::new)),
          op("Acosh", 9, 1, 1, record(Acosh::new)),
          op("Add", 6, 2, 2, record(Add::new)),
          op("Affine", 6, 1, 1, ExperimentalImporter::affine).until(9),
          op("AffineGrid", 20, 2, 2, new AffineGridImporter()),
          op("And", 6, 2, 2, record(And::new)),
          op("ArgMax", 6, 1, 1, IndexingImporter::argMax),
          op("ArgMin", 6, 1, 1, IndexingImporter::argMin),
          op("Asin", 7, 1, 1, record(Asin::new)),
          op("Asinh", 9, 1, 1, record(Asinh::new)),
          op("Atan", 7, 1, 1, record(Atan::new)),
          op("Atanh", 9, 1, 1, record(Atanh::new)),
          op("Attention", 23, 3, 7, new AttentionImporter()).results(4),
          op("AveragePool", 6, 1, 1, PoolImporter::average),
          op("BatchNormalization", 6, 5, 5, new BatchNormalizationImporter()).results(5),
          op("BitCast", 26, 1, 1, CastImporter::bits),
          op("BitShift", 11, 2, 2, OnnxOperators::shift),
          op("BitwiseAnd", 18, 2, 2, record(BitwiseAnd::new)),
          op("BitwiseNot", 18, 1, 1, record(BitwiseNot::new)),
          op("BitwiseOr", 18, 2, 2, record(BitwiseOr::new)),
          op("BitwiseXor", 18, 2, 2, record(BitwiseXor::new)),
          op("BlackmanWindow", 17, 1, 1, new WindowFunctionImporter(0.42, 0.5, 0.08)),
          op("Cast", 6, 1, 1, CastImporter::to),
          op("CastLike", 15, 2, 2, CastImporter::like),
          op("CausalConvWithState", 27, 2, 4, new CausalConvImporter()).results(2),
          op("Ceil", 6, 1, 1, record(Ceil::new)),
          op("Celu", 12, 1, 1, n -> n.all(new Celu(n.number("alpha", 1)))),
          op("CenterCropPad", 18, 2, 2, new CenterCropPadImporter()),
          op("Clip", 6, 1, 3, new ClipImporter()),
          op("Col2Im", 18, 3, 3, WindowOperatorsImporter::col2im),
          op("Compress", 9, 2, 2, IndexingImporter::compress),
          op("Concat", 6, 1, ANY, new ConcatImporter()),
          op("ConcatFromSequence", 11, 1, 1, SequenceImporter::concat).onContainers(),
          op("Constant", 6, 0, 0, new ConstantImporter()),
          op("ConstantOfShape", 9, 1, 1, new ConstantOfShapeImporter()),
          op("Conv", 6, 2, 3, new ConvImporter()),
          op("ConvInteger", 10, 2, 4, IntegerImporter::conv),
          op("ConvTranspose", 6, 2, 3, new ConvTransposeImporter()),
          op("Cos", 7, 1, 1, record(Cos::new)),
          op("Cosh", 9, 1, 1, record(Cosh::new)),
          op("Crop", 6, 1, 1, ExperimentalImporter::crop).until(9),
          op("CumProd", 26, 2, 2, IndexingImporter::cumProd),
          op("CumSum", 11, 2, 2, IndexingImporter::cumSum),
          op("DFT", 17, 1, 3, FourierImporter::dft),
          op("DeformConv", 19, 3, 5, WindowOperatorsImporter::deformConv),
          op("DepthToSpace", 6, 1, 1, OnnxOperators::depthToSpace),
          op("DequantizeLinear", 10, 2, 3, QuantizationImporter::dequantize),
          op("Det", 11, 1, 1, record(Det::new)),
          op("Div", 6, 2, 2, record(Div::new)),
          op("Dropout", 6, 1, 3, new DropoutImporter()).results(2),
          op("DynamicQuantizeLinear", 11, 1, 1, QuantizationImporter::dynamic).results(3),
          op("Einsum", 12, 1, ANY, new EinsumImporter()),
          op("Elu", 6, 1, 1, n -> n.all(new Elu(n.number("alpha", 1)))),
          op("Equal", 6, 2, 2, record(Equal::new)),
          op("Erf", 9, 1, 1, record(Erf::new)),
          op("Exp", 6, 1, 1, record(Exp::new)),
          op("Expand", 8, 2, 2, new ExpandImporter()),
          op("EyeLike", 9, 1, 1, new EyeLikeImporter()),
          op("Flatten", 6, 1, 1, new FlattenImporter()),
          op("Floor", 6, 1, 1, record(Floor::new)),
          op("GRU", 6, 3, 6, RecurrentImporter::gru).results(2),
          op("Gather", 6, 2, 2, n -> n.all(new Gather(n.axis(0)))),
          op("GatherElements", 11, 2, 2, n -> n.all(new GatherElements(n.axis(0)))),
          op(
              "GatherND",
              11,
              2,
              2,
              n -> n.all(new GatherND(n.attributes().integer("batch_dims", 0)))),
          op(
              "Gelu",
              20,
              1,
              1,
              n -> n.all(new Gelu(n.choice("approximate", "none", "tanh").equals("tanh")))),
          op("Gemm", 6, 2, 3, new GemmImporter()),
          op("GlobalAveragePool", 6, 1, 1, new GlobalPoolImporter(Reduce.Kind.MEAN)),
          op("GlobalLpPool", 6, 1, 1, GlobalPoolImporter::norm),
          op("GlobalMaxPool", 6, 1, 1, new GlobalPoolImporter(Reduce.Kind.MAX)),
          op("Greater", 6, 2, 2, record(Greater::new)),
          op("GreaterOrEqual", 12, 2, 2, record(GreaterOrEqual::new)),
          op("GridSample", 16, 2, 2, SamplingImporter::grid),
          op("GroupNormalization", 18, 3, 3, NormalizationImporter::group),
          op("HammingWindow", 17, 1, 1, new WindowFunctionImporter(25.0 / 46, 21.0 / 46, 0)),
          op("HannWindow", 17, 1, 1, new WindowFunctionImporter(0.5, 0.5, 0)),
          op(
              "HardSigmoid",
              6,
              1,
              1,
              n -> n.all(new HardSigmoid(n.number("alpha", 0.2f), n.number("beta", 0.5f)))),
          op("HardSwish", 14, 1, 1, record(HardSwish::new)),
          op("Hardmax", 6, 1, 1, new SoftmaxImporter(Hardmax::new)),
          op("Identity", 6, 1, 1, NodeContext::inputs).onContainers(),
          op("If", 6, 1, 1, new IfImporter()).results(ANY),
          op("ImageScaler", 6, 1, 1, ExperimentalImporter::imageScaler).until(9),
          op(
              "InstanceNormalization",
              6,
              3,
              3,
              n -> n.all(new InstanceNormalization(n.number("epsilon", 1e-5f)))),
          op("IsInf", 10, 1, 1, OnnxOperators::isInf),
          op("IsNaN", 9, 1, 1, record(IsNaN::new)),
          op("LRN", 6, 1, 1, OnnxOperators::lrn),
          op("LSTM", 6, 3, 8, RecurrentImporter::lstm).results(3),
          op("LayerNormalization", 17, 2, 3, NormalizationImporter::layer).results(3),
          op("LeakyRelu", 6, 1, 1, n -> n.all(new LeakyRelu(n.number("alpha", 0.01f)))),
          op("Less", 6, 2, 2, record(Less::new)),
          op("LessOrEqual", 12, 2, 2, record(LessOrEqual::new)),
          op("LinearAttention", 27, 3, 6, new LinearAttentionImporter()).results(2),
          op("Log", 6, 1, 1, record(Log::new)),
          op("LogSoftmax", 6, 1, 1, new SoftmaxImporter(LogSoftmax::new)),
          op("Loop", 6, 2, ANY, new LoopImporter()).results(ANY).onContainers(),
          op("LpNormalization", 6, 1, 1, NormalizationImporter::norm),
          op("LpPool", 6, 1, 1, PoolImporter::norm),
          op("MatMul", 6, 2, 2, record(MatMul::new)),
          op("MatMulInteger", 10, 2, 4, IntegerImporter::matMul),
          op("Max", 6, 1, ANY, new VariadicImporter(new Max())),
          op("MaxPool", 6, 1, 1, PoolImporter::max).results(2),
          op("MaxUnpool", 9, 2, 3, PoolImporter::unpool),
          op("Mean", 6, 1, ANY, VariadicImporter::mean),
          op("MeanVarianceNormalization", 9, 1, 1, NormalizationImporter::meanVariance),
          op("MelWeightMatrix", 17, 5, 5, new MelWeightMatrixImporter()),
          op("Min", 6, 1, ANY, new VariadicImporter(new Min())),
          op("Mish", 18, 1, 1, record(Mish::new)),
          op("Mod", 10, 2, 2, n -> n.all(new Mod(n.attributes().flag("fmod", false)))),
          op("Mul", 6, 2, 2, record(Mul::new)),
          op("Neg", 6, 1, 1, record(Neg::new)),
          op("NegativeLogLikelihoodLoss", 12, 2, 3, LossImporter::negativeLogLikelihood),
          op("NonMaxSuppression", 10, 2, 5, IndexingImporter::nonMaxSuppression),
          op("NonZero", 9, 1, 1, IndexingImporter::nonZero),
          op("Not", 6, 1, 1, record(Not::new)),
          op("OneHot", 9, 3, 3, IndexingImporter::oneHot),
          op("Optional", 15, 0, 1, OptionalImporter::make).onContainers(),
          op("OptionalGetElement", 15, 1, 1, OptionalImporter::get).onContainers(),
          op("OptionalHasElement", 15, 0, 1, OptionalImporter::has).onContainers(),
          op("Or", 6, 2, 2, record(Or::new)),
          op("PRelu", 6, 2, 2, record(PRelu::new)),
          op("Pad", 6, 1, 4, new PadImporter()),
          op("ParametricSoftplus", 6, 1, 1, ExperimentalImporter::parametricSoftplus).until(9),
          op("Pow", 6, 2, 2, record(Pow::new)),
          op("QLinearConv", 10, 8, 9, IntegerImporter::quantizedConv),
          op("QLinearMatMul", 10, 8, 8, IntegerImporter::quantizedMatMul),
          op("QuantizeLinear", 10, 2, 3, QuantizationImporter::quantize),
          op("RMSNormalization", 23, 2, 2, NormalizationImporter::rootMeanSquare),
          op("RNN", 6, 3, 6, RecurrentImporter::rnn).results(2),
          op("Range", 11, 3, 3, new RangeImporter()),
          op("Reciprocal", 6, 1, 1, record(Reciprocal::new)),
          op("ReduceL1", 6, 1, 2, new ReduceImporter(Reduce.Kind.L1)),
          op("ReduceL2", 6, 1, 2, new ReduceImporter(Reduce.Kind.L2)),
          op("ReduceLogSum", 6, 1, 2, new ReduceImporter(Reduce.Kind.LOG_SUM)),
          op("ReduceLogSumExp", 6, 1, 2, new ReduceImporter(Reduce.Kind.LOG_SUM_EXP)),
          op("ReduceMax", 6, 1, 2, new ReduceImporter(Reduce.Kind.MAX)),
          op("ReduceMean", 6, 1, 2, new ReduceImporter(Reduce.Kind.MEAN)),
          op("ReduceMin", 6, 1, 2, new ReduceImporter(Reduce.Kind.MIN)),
          op("ReduceProd", 6, 1, 2, new ReduceImporter(Reduce.Kind.PROD)),
          op("ReduceSum", 6, 1, 2, new ReduceImporter(Reduce.Kind.SUM)),
          op("ReduceSumSquare", 6, 1, 2, new ReduceImporter(Reduce.Kind.SUM_SQUARE)),
          op("Relu", 6, 1, 1, record(Relu::new)),
          op("Reshape", 6, 2, 2, new ReshapeImporter()),
          op("Resize", 10, 1, 4, new ResizeImporter()),
          op("ReverseSequence", 10, 2, 2, new ReverseSequenceImporter()),
          op("RoiAlign", 10, 3, 3, SamplingImporter::roiAlign),
          op("RotaryEmbedding", 23, 3, 4, RotaryEmbeddingImporter.ONNX),
          op("Round", 11, 1, 1, record(Round::new)),
          op("STFT", 17, 2, 4, FourierImporter::stft),
          op("ScaledTanh", 6, 1, 1, ExperimentalImporter::scaledTanh).until(9),
          op("Scan", 8, 1, ANY, new ScanImporter()).results(ANY),
          op("Scatter", 9, 3, 3, IndexingImporter::scatterElements).until(10),
          op("ScatterElements", 11, 3, 3, IndexingImporter::scatterElements),
          op("ScatterND", 11, 3, 3, IndexingImporter::scatterNd),
          op(
              "Selu",
              6,
              1,
              1,
              n -> n.all(new Selu(n.number("alpha", 1.6732632f), n.number("gamma", 1.0507010f)))),
          op("SequenceAt", 11, 2, 2, SequenceImporter::at).onContainers(),
          op("SequenceConstruct", 11, 1, ANY, SequenceImporter::construct),
          op("SequenceEmpty", 11, 0, 0, SequenceImporter::empty),
          op("SequenceErase", 11, 1, 2, SequenceImporter::erase).onContainers(),
          op("SequenceInsert", 11, 2, 3, SequenceImporter::insert).onContainers(),
          op("SequenceLength", 11, 1, 1, SequenceImporter::length).onContainers(),
          op("SequenceMap", 17, 1, ANY, new SequenceMapImporter()).results(ANY).onContainers(),
          op("Shape", 6, 1, 1, new ShapeImporter()),
          op(
              "Shrink",
              9,
              1,
              1,
              n -> n.all(new Shrink(n.number("bias", 0), n.number("lambd", 0.5f)))),
          op("Sigmoid", 6, 1, 1, record(Sigmoid::new)),
          op("Sign", 9, 1, 1, record(Sign::new)),
          // What files call RMSNormalization that ONNX Runtime wrote.
          op("SimplifiedLayerNormalization", 6, 2, 2, NormalizationImporter::simplified).results(2),
          op("Sin", 7, 1, 1, record(Sin::new)),
          op("Sinh", 9, 1, 1, record(Sinh::new)),
          op("Size", 6, 1, 1, OnnxOperators::size),
          op("Slice", 6, 1, 5, new SliceImporter()),
          op("Softmax", 6, 1, 1, new SoftmaxImporter(Softmax::new)),
          op("SoftmaxCrossEntropyLoss", 12, 2, 3, LossImporter::softmaxCrossEntropy).results(2),
          op("Softplus", 6, 1, 1, record(Softplus::new)),
          op("Softsign", 6, 1, 1, record(Softsign::new)),
          op("SpaceToDepth", 6, 1, 1, OnnxOperators::spaceToDepth),
          op("Split", 6, 1, 2, new SplitImporter()).results(ANY),
          op("SplitToSequence", 11, 1, 2, SequenceImporter::split),
          op("Sqrt", 6, 1, 1, record(Sqrt::new)),
          op("Squeeze", 6, 1, 2, new SqueezeImporter()),
          op("Sub", 6, 2, 2, record(Sub::new)),
          op("Sum", 6, 1, ANY, new VariadicImporter(new Add())),
          op("Swish", 24, 1, 1, n -> n.all(new Swish(n.number("alpha", 1)))),
          op("Tan", 7, 1, 1, record(Tan::new)),
          op("Tanh", 6, 1, 1, record(Tanh::new)),
          op("TensorScatter", 24, 2, 3, new TensorScatterImporter()),
          op("TfIdfVectorizer", 9, 1, 1, new TfIdfImporter()),
          op("ThresholdedRelu", 10, 1, 1, n -> n.all(new ThresholdedRelu(n.number("alpha", 1)))),
          op("Tile", 6, 2, 2, new TileImporter()),
          op("TopK", 6, 1, 2, IndexingImporter::topK).results(2),
          op("Transpose", 6, 1, 1, new TransposeImporter()),
          op("Trilu", 14, 1, 2, IndexingImporter::trilu),
          op("Unique", 11, 1, 1, IndexingImporter::unique).results(4),
          op("Unsqueeze", 6, 1, 2, new UnsqueezeImporter()),
          op("Upsample", 6, 1, 2, new UpsampleImporter()).until(9),
          op("Where", 9, 3, 3, record(Where::new)),
          op("Xor", 6, 2, 2, record(Xor::new)));

  private OnnxOperators() {}

  private static OnnxOperator op(String name, int since, int min, int max, NodeImporter importer) {
    return new OnnxOperator(name, since, OnnxImporter.NEWEST_OPSET, min, max, 1, false, importer);
  }

  /** An operator without attributes that is one record. */
  private static NodeImporter record(Supplier<Op> op) {
    return node -> node.all(op.get());
  }

  private static List<Value> lrn(NodeContext node) {
    Attributes a = node.attributes();
    return node.all(
        new Lrn(
            a.integer("size"),
            a.number("alpha", 1e-4f),
            a.number("beta", 0.75f),
            a.number("bias", 1),
            1));
  }

  private static List<Value> size(NodeContext node) {
    return List.of(node.constant(Tensor.ofLongs(Shape.SCALAR, node.shape(0).size())));
  }

  private static List<Value> depthToSpace(NodeContext node) {
    Attributes a = node.attributes();
    String mode = node.opset() < 11 ? "DCR" : a.choice("mode", "DCR", "CRD");
    return node.all(new DepthToSpace(a.integer("blocksize"), DepthToSpace.Mode.valueOf(mode)));
  }

  private static List<Value> spaceToDepth(NodeContext node) {
    if (!node.choice("mode", "DCR", "CRD").equals("DCR")) {
      throw node.unsupported("mode", "only DCR is supported");
    }
    return node.all(new SpaceToDepth(node.attributes().integer("blocksize")));
  }

  private static List<Value> isInf(NodeContext node) {
    Attributes a = node.attributes();
    return node.all(new IsInf(a.flag("detect_negative", true), a.flag("detect_positive", true)));
  }

  private static List<Value> shift(NodeContext node) {
    String direction = node.choice("direction", "LEFT", "RIGHT");
    return node.all(new BitShift(BitShift.Direction.valueOf(direction)));
  }
}
