package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The table of how channels pass through the operators of ONNX; what it lacks keeps them all. */
final class ChannelFlows {
  private static final ChannelFlow UNKNOWN = (node, labels) -> labels.freezeOperands(node);
  private static final Map<String, ChannelFlow> TABLE = table();

  private ChannelFlows() {}

  /** How channels pass through {@code node}. */
  static ChannelFlow of(NodeProto node) {
    return Nodes.isStandard(node) && !Nodes.hasBodies(node)
        ? TABLE.getOrDefault(node.getOpType(), UNKNOWN)
        : UNKNOWN;
  }

  private static Map<String, ChannelFlow> table() {
    Map<String, ChannelFlow> table = new TreeMap<>();
    List.of(
            "Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil Celu Clip Cos Cosh Dropout Elu Erf Exp",
            "Floor Gelu HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log Mish Neg Not",
            "Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish",
            "Tan Tanh ThresholdedRelu")
        .forEach(names -> put(table, names, new Pointwise()));
    put(
        table,
        "Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or",
        new Elementwise());
    put(table, "PRelu Pow Sub Sum Where Xor", new Elementwise());
    put(
        table,
        "AveragePool GlobalAveragePool GlobalLpPool GlobalMaxPool LpPool MaxPool",
        new SpatialWindow());
    put(table, "Resize Upsample", new Resampling());
    put(table, "CumSum Hardmax LogSoftmax LpNormalization Softmax", new AlongAxis());
    put(table, "Conv ConvTranspose", new Convolution());
    put(table, "Gemm", new GeneralProduct());
    put(table, "MatMul", new MatrixProduct());
    put(table, "BatchNormalization InstanceNormalization", new ChannelNormalization());
    put(
        table,
        "LayerNormalization RMSNormalization SimplifiedLayerNormalization",
        new TrailingNormalization());
    put(table, "GroupNormalization", new GroupedNormalization());
    put(table, "LRN", new LocalResponse());
    put(table, "GRU LSTM RNN", new Recurrent());
    put(
        table,
        "DepthToSpace Flatten SpaceToDepth Squeeze Transpose Unsqueeze",
        new Rearrangement(AxisRewrite.NONE));
    put(table, "Concat", new Concatenation());
    put(table, "Expand", new Rearrangement(new ExpandRewrite()));
    put(table, "Gather", new Rearrangement(new GatherRewrite()));
    put(table, "Pad", new Rearrangement(new PadRewrite()));
    put(table, "Reshape", new Rearrangement(new ReshapeRewrite()));
    put(table, "Slice", new Rearrangement(new SliceRewrite()));
    put(table, "Split", new Rearrangement(new SplitRewrite()));
    put(
        table,
        "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin",
        new Reduction());
    put(table, "ReduceProd ReduceSum ReduceSumSquare", new Reduction());
    put(table, "Shape", new ShapeReading());
    return Collections.unmodifiableMap(table);
  }

  private static void put(Map<String, ChannelFlow> table, String names, ChannelFlow flow) {
    for (String name : names.split(" ", -1)) {
      table.put(name, flow);
    }
  }
}
