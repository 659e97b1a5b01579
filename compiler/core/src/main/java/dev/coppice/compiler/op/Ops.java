package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.OpAttributes;
import dev.coppice.compiler.ir.OpFactory;
import java.util.List;
import java.util.Map;

/** The table of IR operators. */
public final class Ops {
  private static final List<Class<? extends Op>> TABLE =
      List.of(
          // Sorted by name, one record a line.
          Abs.class,
          Acos.class,
          Acosh.class,
          Add.class,
          And.class,
          ArgMax.class,
          ArgMin.class,
          Asin.class,
          Asinh.class,
          Atan.class,
          Atanh.class,
          Attention.class,
          AveragePool.class,
          BatchNormalization.class,
          BinaryConv.class,
          BinaryMatMul.class,
          BitCast.class,
          BitShift.class,
          BitwiseAnd.class,
          BitwiseNot.class,
          BitwiseOr.class,
          BitwiseXor.class,
          Bounded.class,
          Cast.class,
          Ceil.class,
          Celu.class,
          ChannelsLastAveragePool.class,
          ChannelsLastConv.class,
          ChannelsLastMaxPool.class,
          Clip.class,
          Col2Im.class,
          Compact.class,
          Concat.class,
          Conv.class,
          Cos.class,
          Cosh.class,
          Cumulation.class,
          DeformColumns.class,
          DepthToSpace.class,
          DequantizeLinear.class,
          Det.class,
          Dft.class,
          Div.class,
          Elu.class,
          Equal.class,
          Erf.class,
          Exp.class,
          Expand.class,
          Floor.class,
          Gather.class,
          GatherElements.class,
          GatherND.class,
          Gelu.class,
          Greater.class,
          GreaterOrEqual.class,
          GridSample.class,
          HardSigmoid.class,
          HardSwish.class,
          Hardmax.class,
          Identity.class,
          If.class,
          InstanceNormalization.class,
          Interleave.class,
          IsInf.class,
          IsNaN.class,
          LayerNormalization.class,
          LeakyRelu.class,
          Less.class,
          LessOrEqual.class,
          Log.class,
          LogSoftmax.class,
          Loop.class,
          LpPool.class,
          Lrn.class,
          LstmCell.class,
          MatMul.class,
          Max.class,
          MaxPool.class,
          MaxPoolWithIndices.class,
          MaxUnpool.class,
          Min.class,
          Mish.class,
          Mod.class,
          Mul.class,
          MultiThreshold.class,
          Neg.class,
          NonMaxSuppression.class,
          NonZero.class,
          Not.class,
          OneHot.class,
          Or.class,
          PRelu.class,
          PackBits.class,
          Pad.class,
          Pow.class,
          QuantizeLinear.class,
          Reciprocal.class,
          Reduce.class,
          Relu.class,
          Requantize.class,
          Reshape.class,
          Resize.class,
          RmsNormalization.class,
          RoiAlign.class,
          Round.class,
          ScatterElements.class,
          ScatterND.class,
          Selu.class,
          Shrink.class,
          Sigmoid.class,
          Sign.class,
          Sin.class,
          Sinh.class,
          Slice.class,
          Softmax.class,
          Softplus.class,
          Softsign.class,
          SpaceToDepth.class,
          Split.class,
          Sqrt.class,
          Stft.class,
          Sub.class,
          Swish.class,
          Tan.class,
          Tanh.class,
          ThresholdedRelu.class,
          Tile.class,
          ToMiniFloat.class,
          TopK.class,
          Transpose.class,
          TreeEnsemble.class,
          Trilu.class,
          Unique.class,
          Where.class,
          Xor.class);

  private Ops() {}

  /** Every operator's record, sorted by name. */
  public static List<Class<? extends Op>> all() {
    return TABLE;
  }

  /** Makes operators for {@link dev.coppice.compiler.ir.TextParser}. */
  public static OpFactory factory() {
    return Ops::create;
  }

  private static Op create(String name, Map<String, Object> attributes) {
    for (Class<? extends Op> type : TABLE) {
      if (type.getSimpleName().equals(name)) {
        return OpAttributes.create(type, attributes);
      }
    }
    throw new IllegalArgumentException("no operator '" + name + "'");
  }
}
