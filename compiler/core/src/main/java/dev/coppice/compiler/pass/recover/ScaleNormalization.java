package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.LayerNormalization;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.RmsNormalization;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A constant factor behind a normalization becomes part of its scale, a constant term its bias.
 *
 * <pre>
 * n = LayerNormalization(x, s); t = Mul(n, c); y = Add(t, b)
 * y = LayerNormalization(x, s * c, b)
 * </pre>
 *
 * Does not fire if the constant does not have the shape of the normalized axes, or one element, or
 * if something else reads {@code n}.
 */
public final class ScaleNormalization implements RewriteRule<Pointwise> {
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
    boolean scales = op instanceof Mul;
    if (!scales && !(op instanceof Add)) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      Value value = node.input(i);
      Optional<Tensor> data = graph.constant(node.input(1 - i));
      Optional<Node> norm =
          graph.soleConsumer(value).isPresent() ? graph.producer(value) : Optional.empty();
      if (data.isPresent() && norm.isPresent() && takes(norm.get(), scales)) {
        return merged(graph, node, norm.get(), data.get(), scales);
      }
    }
    return Optional.empty();
  }

  private static boolean takes(Node norm, boolean scales) {
    return norm.op() instanceof LayerNormalization
        || norm.op() instanceof RmsNormalization && scales;
  }

  private static Optional<GraphPatch> merged(
      Graph graph, Node node, Node norm, Tensor data, boolean scales) {
    Optional<Tensor> scale = graph.constant(norm.input(1));
    Shape shape = norm.input(1).type().shape();
    boolean fits = data.size() == 1 || squeezed(data.shape()).equals(squeezed(shape));
    boolean same = node.output().type().equals(norm.output().type());
    boolean biased = norm.inputs().size() > 2;
    Optional<Tensor> bias = biased ? graph.constant(norm.input(2)) : Optional.empty();
    if (scale.isEmpty() || !fits || !same || biased && bias.isEmpty()) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    List<Value> operands = new ArrayList<>(List.of(norm.input(0)));
    Tensor s = scale.get();
    operands.add(scales ? patch.constant(node.name() + ".scale", times(s, data)) : norm.input(1));
    if (biased || !scales) {
      Tensor before = bias.orElseGet(() -> Tensor.splat(s.type(), 0));
      Tensor after =
          scales
              ? times(before, data)
              : Tensor.fromDoubles(s.type(), i -> before.doubleAt(i) + at(data, i));
      operands.add(patch.constant(node.name() + ".bias", after));
    }
    Node made = patch.node(node.name(), norm.op(), operands, norm.origin().and(node.origin()));
    return Optional.of(patch.replace(node.output(), made.output()));
  }

  private static Tensor times(Tensor a, Tensor data) {
    return Tensor.fromDoubles(a.type(), i -> a.doubleAt(i) * at(data, i));
  }

  private static double at(Tensor data, int i) {
    return data.doubleAt(data.size() == 1 ? 0 : i);
  }

  /** Without leading axes of one element. */
  private static List<Integer> squeezed(Shape shape) {
    List<Integer> dims = new ArrayList<>();
    for (int d : shape.dims()) {
      if (d != 1 || !dims.isEmpty()) {
        dims.add(d);
      }
    }
    return dims;
  }
}
