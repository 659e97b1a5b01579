package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.op.AveragePool;
import dev.coppice.compiler.op.MaxPool;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A window as large as its input is a reduction over the spatial axes.
 *
 * <pre>
 * y = AveragePool(x: [1,C,7,7]) {kernel=[7,7], ...}
 * y = Reduce(x) {kind=MEAN, axes=[2,3], keepdims=true}
 * </pre>
 *
 * Does not fire with pads or dilations, or if there are several windows.
 */
public final class GlobalPoolToReduce implements RewriteRule<Op> {
  @Override
  public Class<Op> root() {
    return Op.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Op op) {
    int rank = node.output().type().shape().rank();
    List<Integer> spatial =
        Arrays.stream(node.input(0).type().shape().dims()).skip(2).boxed().toList();
    boolean whole = false;
    Reduce.Kind kind = Reduce.Kind.MEAN;
    if (op instanceof AveragePool p) {
      whole = p.kernel().equals(spatial) && plain(p.pads(), p.dilations(), p.outputShape());
    } else if (op instanceof MaxPool p) {
      whole = p.kernel().equals(spatial) && plain(p.pads(), p.dilations(), p.outputShape());
      kind = Reduce.Kind.MAX;
    }
    if (!whole) {
      return Optional.empty();
    }
    Reduce reduce = new Reduce(kind, IntStream.range(2, rank).boxed().toList(), true);
    GraphPatch patch = new GraphPatch(graph);
    return Optional.of(patch.replace(node.output(), patch.inPlaceOf(node, reduce, node.input(0))));
  }

  private static boolean plain(List<Integer> pads, List<Integer> dilations, List<Integer> out) {
    return pads.stream().allMatch(p -> p == 0)
        && dilations.stream().allMatch(d -> d == 1)
        && out.stream().allMatch(n -> n == 1);
  }
}
