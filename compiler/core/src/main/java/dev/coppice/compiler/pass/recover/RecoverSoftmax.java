package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
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
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;
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
public final class RecoverSoftmax implements RewriteRule<Pointwise> {
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
  public Class<Pointwise> root() {
    return Pointwise.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Pointwise op) {
    for (Cone cone : Cone.of(graph, node)) {
      Optional<Op> found =
          cone.leaf().type().equals(node.output().type()) ? find(cone) : Optional.empty();
      if (found.isPresent()) {
        GraphPatch patch = new GraphPatch(graph);
        return Optional.of(
            patch.replace(node.output(), patch.inPlaceOf(node, found.get(), cone.leaf())));
      }
    }
    return Optional.empty();
  }

  private static Optional<Op> find(Cone cone) {
    List<List<Integer>> axes = cone.reductions().map(Reduce::axes).distinct().toList();
    boolean sums =
        cone.reductions()
            .anyMatch(r -> r.kind() == Reduce.Kind.SUM || r.kind() == Reduce.Kind.LOG_SUM_EXP);
    if (axes.size() != 1
        || axes.get(0).size() != 1
        || !sums
        || !cone.isOf(OPERATORS)
        || !cone.numbers().isEmpty()) {
      return Optional.empty();
    }
    int axis = axes.get(0).get(0);
    Tensor x = Samples.lines(cone.leaf().type().shape(), List.of(axis));
    Tensor y = cone.evaluate(x);
    return List.<Op>of(new Softmax(axis), new LogSoftmax(axis)).stream()
        .filter(op -> Samples.agree(y, op.evaluate(List.of(x)).get(0)))
        .findFirst();
  }
}
