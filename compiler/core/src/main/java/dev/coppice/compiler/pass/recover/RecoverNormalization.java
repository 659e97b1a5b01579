package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.LayerNormalization;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Pow;
import dev.coppice.compiler.op.Reciprocal;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.RmsNormalization;
import dev.coppice.compiler.op.Sqrt;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A layer normalization that is written out, or one by the root mean square, becomes one operator;
 * its scale is 1 until {@link ScaleNormalization} finds one.
 *
 * <pre>
 * m = ReduceMean(x); d = Sub(x, m); q = Mul(d, d); v = ReduceMean(q); e = Add(v, 1e-5)
 * s = Sqrt(e); y = Div(d, s)
 * y = LayerNormalization(x, ones) {axis=.., epsilon=1e-5}
 * </pre>
 *
 * Fires in every spelling of the variance and of the division. Does not fire if the axes are not
 * the last ones, or if something else reads a value in between.
 */
public final class RecoverNormalization extends RecoverByValues {
  /** Longer lines take too long to tell functions apart by. */
  private static final int LONGEST = 1 << 16;

  private static final double LARGEST_EPSILON = 0.1;

  private static final Set<Class<? extends Op>> OPERATORS =
      Set.of(
          Add.class,
          Div.class,
          Mul.class,
          Neg.class,
          Pow.class,
          Reciprocal.class,
          Reduce.class,
          Sqrt.class,
          Sub.class);

  @Override
  List<Op> candidates(Cone cone) {
    List<List<Integer>> axes = cone.reductions().map(Reduce::axes).distinct().toList();
    int rank = cone.leaf().type().shape().rank();
    if (axes.size() != 1
        || !cone.isOf(OPERATORS)
        || axes.get(0).isEmpty()
        || !axes.get(0).equals(IntStream.range(axes.get(0).get(0), rank).boxed().toList())) {
      return List.of();
    }
    int axis = axes.get(0).get(0);
    int length = normalized(cone).size();
    if (length < 2 || length > LONGEST) {
      return List.of();
    }
    List<Double> small =
        cone.numbers().stream().filter(n -> n != 0 && Math.abs(n) <= LARGEST_EPSILON).toList();
    List<Op> candidates = new ArrayList<>();
    for (double epsilon : small) {
      if (epsilon > 0 && small.stream().allMatch(n -> n == epsilon || isShare(n, length))) {
        candidates.add(new LayerNormalization(axis, (float) epsilon));
        candidates.add(new RmsNormalization(axis, (float) epsilon));
      }
    }
    return candidates;
  }

  /** Whether {@code number} divides by the number of elements. */
  private static boolean isShare(double number, int length) {
    return Math.abs(number * length - 1) < 1e-6;
  }

  @Override
  List<Tensor> samples(Cone cone) {
    return Samples.lines(cone.leaf().type().shape(), cone.axes());
  }

  @Override
  Optional<Tensor> ones(Cone cone, DType dtype) {
    return Optional.of(Tensor.splat(new TensorType(dtype, normalized(cone)), 1));
  }

  /** The shape of the axes that are normalized. */
  private static Shape normalized(Cone cone) {
    int[] dims = cone.leaf().type().shape().dims();
    return Shape.of(Arrays.copyOfRange(dims, cone.axes().get(0), dims.length));
  }
}
