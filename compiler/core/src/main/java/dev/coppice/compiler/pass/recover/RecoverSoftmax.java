package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.Log;
import dev.coppice.compiler.op.LogSoftmax;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Reciprocal;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * A softmax that is written out, or the logarithm of one, becomes one operator.
 *
 * <pre>
 * m = ReduceMax(x); d = Sub(x, m); e = Exp(d); s = ReduceSum(e); y = Div(e, s)
 * y = Softmax(x)
 * </pre>
 *
 * Fires with and without the maximum. Does not fire if something else reads a value in between, or
 * if a number is added that keeps a logarithm finite.
 */
public final class RecoverSoftmax extends RecoverByValues {
  private static final Set<Class<? extends Op>> OPERATORS =
      Set.of(
          Add.class,
          Div.class,
          Exp.class,
          Log.class,
          Mul.class,
          Neg.class,
          Reciprocal.class,
          Reduce.class,
          Sub.class);

  @Override
  List<Op> candidates(Cone cone) {
    List<List<Integer>> axes = cone.reductions().map(Reduce::axes).distinct().toList();
    boolean sums =
        cone.reductions()
            .anyMatch(r -> r.kind() == Reduce.Kind.SUM || r.kind() == Reduce.Kind.LOG_SUM_EXP);
    if (axes.size() != 1
        || axes.get(0).size() != 1
        || !sums
        || !cone.isOf(OPERATORS)
        || !cone.numbers().isEmpty()) {
      return List.of();
    }
    int axis = axes.get(0).get(0);
    return List.of(new Softmax(axis), new LogSoftmax(axis));
  }

  @Override
  List<Tensor> samples(Cone cone) {
    return Samples.lines(cone.leaf().type().shape(), cone.axes());
  }
}
