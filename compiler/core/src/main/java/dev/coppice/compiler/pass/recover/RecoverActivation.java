package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Erf;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.Gelu;
import dev.coppice.compiler.op.HardSigmoid;
import dev.coppice.compiler.op.HardSwish;
import dev.coppice.compiler.op.Log;
import dev.coppice.compiler.op.Min;
import dev.coppice.compiler.op.Mish;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Softplus;
import dev.coppice.compiler.op.Swish;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An activation that is written out becomes one operator: GELU, by the error function or by tanh,
 * SiLU, hard swish, hard sigmoid, Mish, softplus, sigmoid.
 *
 * <pre>
 * a = Div(x, 1.4142135); b = Erf(a); c = Add(b, 1); d = Mul(x, c); y = Mul(d, 0.5)
 * y = Gelu(x) {tanh=false}
 * </pre>
 *
 * Fires in every order of the operands and of the products. Does not fire if something else reads a
 * value in between.
 */
public final class RecoverActivation implements RewriteRule<Pointwise> {
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
      boolean sameType = cone.leaf().type().equals(node.output().type());
      if (!sameType || cone.reductions().findAny().isPresent()) {
        continue;
      }
      Optional<Op> found = find(cone);
      if (found.isPresent()) {
        GraphPatch patch = new GraphPatch(graph);
        return Optional.of(
            patch.replace(node.output(), patch.inPlaceOf(node, found.get(), cone.leaf())));
      }
    }
    return Optional.empty();
  }

  private static Optional<Op> find(Cone cone) {
    List<Op> candidates = candidates(cone);
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Tensor x = Samples.line(Math.max(1, cone.leaf().type().shape().rank()));
    Tensor y = cone.evaluate(x);
    return candidates.stream()
        .filter(c -> Samples.agree(y, c.evaluate(List.of(x)).get(0)))
        .findFirst();
  }

  /** What the operators in the cone leave possible. */
  private static List<Op> candidates(Cone cone) {
    List<Op> candidates = new ArrayList<>();
    boolean sigmoid = cone.has(Sigmoid.class);
    boolean exp = cone.has(Exp.class);
    if (cone.has(Erf.class)) {
      candidates.add(new Gelu(false));
    }
    if (cone.has(Tanh.class)) {
      candidates.add(new Gelu(true));
      candidates.add(new Mish());
    }
    if (exp && cone.has(Log.class)) {
      candidates.add(new Softplus());
    }
    if (exp) {
      candidates.add(new Sigmoid());
    }
    if (exp || sigmoid) {
      Stream.concat(Stream.of(1.0), cone.numbers().stream())
          .filter(alpha -> alpha > 0)
          .forEach(alpha -> candidates.add(new Swish(alpha.floatValue())));
    }
    if (cone.has(Clip.class) || cone.has(Min.class) || cone.has(HardSigmoid.class)) {
      candidates.add(new HardSwish());
      candidates.add(new HardSigmoid(1 / 6f, .5f));
      candidates.add(new HardSigmoid(.2f, .5f));
    }
    return candidates;
  }
}
