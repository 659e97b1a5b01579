package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rule that finds an operator by what a {@link Cone} computes: of the operators that the nodes
 * leave possible, the one that gives the same for all samples.
 */
abstract class RecoverByValues implements RewriteRule<Pointwise> {
  @Override
  public final Class<Pointwise> root() {
    return Pointwise.class;
  }

  @Override
  public final Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  /** The operators that the nodes of {@code cone} leave possible; mostly none. */
  abstract List<Op> candidates(Cone cone);

  /** Values for the leaf of {@code cone}, in double. */
  abstract List<Tensor> samples(Cone cone);

  /** The second operand of the operators, if they take one: a scale of ones. */
  Optional<Tensor> ones(Cone cone, DType dtype) {
    return Optional.empty();
  }

  @Override
  public final Optional<GraphPatch> rewrite(Graph graph, Node node, Pointwise op) {
    for (Cone cone : Cone.of(graph, node)) {
      Optional<Op> found =
          cone.leaf().type().equals(node.output().type()) ? find(cone) : Optional.empty();
      if (found.isPresent()) {
        GraphPatch patch = new GraphPatch(graph);
        List<Value> operands = new ArrayList<>(List.of(cone.leaf()));
        ones(cone, cone.leaf().type().dtype())
            .ifPresent(scale -> operands.add(patch.constant(node.name() + ".scale", scale)));
        Value made = patch.inPlaceOf(node, found.get(), operands.toArray(Value[]::new));
        return Optional.of(patch.replace(node.output(), made));
      }
    }
    return Optional.empty();
  }

  private Optional<Op> find(Cone cone) {
    List<Op> left = candidates(cone);
    List<Tensor> samples = left.isEmpty() ? List.of() : samples(cone);
    for (Tensor x : samples) {
      Tensor y = cone.evaluate(x);
      List<Tensor> operands = new ArrayList<>(List.of(x));
      ones(cone, DType.FLOAT64).ifPresent(operands::add);
      left = left.stream().filter(c -> Samples.agree(y, c.evaluate(operands).get(0))).toList();
    }
    return left.stream().findFirst();
  }
}
