package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Max;
import dev.coppice.compiler.op.Min;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Round;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * The 256 levels between the least and the greatest element of float32 {@code x}, which count 0 in.
 *
 * @param x what is quantized
 * @param scale their distance, without axes; 1 if all elements are 0
 * @param zero the level of 0, a float32 without axes
 */
record DynamicLevels(Value x, Value scale, Value zero) {
  private static final int LAST = 255;

  /** The levels of {@code x}. */
  static DynamicLevels of(Steps s, Value x) {
    List<Integer> axes = AxisArguments.all(x.type().shape().rank());
    Value none = number(s, 0);
    Value least = s.add(new Min(), s.add(new Reduce(Reduce.Kind.MIN, axes, false), x), none);
    Value most = s.add(new Max(), s.add(new Reduce(Reduce.Kind.MAX, axes, false), x), none);
    Value range = s.add(new Sub(), most, least);
    Value step = s.add(new Div(), range, number(s, LAST));
    Value scale = s.add(new Where(), s.add(new Equal(), range, none), number(s, 1), step);
    Value start = s.add(new Div(), s.add(new Neg(), least), scale);
    return new DynamicLevels(x, scale, s.add(new Clip(0, LAST), s.add(new Round(), start)));
  }

  /** The level of each element, counted from that of 0, as float32. */
  Value centred(Steps s) {
    Value rounded = s.add(new Round(), s.add(new Div(), x, scale));
    Value level = s.add(new Clip(0, LAST), s.add(new Add(), rounded, zero));
    return s.add(new Sub(), level, zero);
  }

  private static Value number(Steps s, double value) {
    return s.constant(Tensor.splat(TensorType.of(DType.FLOAT32), value));
  }
}
