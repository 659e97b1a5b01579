package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
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
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
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
public final class RecoverNormalization implements RewriteRule<Pointwise> {
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
        TensorType type = cone.leaf().type().with(normalized(cone, axis(cone)));
        Value ones = patch.constant(node.name() + ".scale", Tensor.splat(type, 1));
        return Optional.of(
            patch.replace(node.output(), patch.inPlaceOf(node, found.get(), cone.leaf(), ones)));
      }
    }
    return Optional.empty();
  }

  /** Whether {@code number} divides by the number of elements. */
  private static boolean isShare(double number, Shape normalized) {
    return Math.abs(number * normalized.size() - 1) < 1e-6;
  }

  private static int axis(Cone cone) {
    return cone.reductions().findFirst().map(r -> r.axes().get(0)).orElseThrow();
  }

  private static Shape normalized(Cone cone, int axis) {
    int[] dims = cone.leaf().type().shape().dims();
    return Shape.of(Arrays.copyOfRange(dims, axis, dims.length));
  }

  private static Optional<Op> find(Cone cone) {
    List<List<Integer>> axes = cone.reductions().map(Reduce::axes).distinct().toList();
    int rank = cone.leaf().type().shape().rank();
    if (axes.size() != 1
        || !cone.isOf(OPERATORS)
        || axes.get(0).isEmpty()
        || !axes.get(0).equals(IntStream.range(axes.get(0).get(0), rank).boxed().toList())) {
      return Optional.empty();
    }
    int axis = axes.get(0).get(0);
    Shape normalized = normalized(cone, axis);
    if (normalized.size() < 2 || normalized.size() > LONGEST) {
      return Optional.empty();
    }
    List<Op> candidates = new ArrayList<>();
    List<Double> small =
        cone.numbers().stream().filter(n -> n != 0 && Math.abs(n) <= LARGEST_EPSILON).toList();
    for (double epsilon : small) {
      if (epsilon > 0 && small.stream().allMatch(n -> n == epsilon || isShare(n, normalized))) {
        candidates.add(new LayerNormalization(axis, (float) epsilon));
        candidates.add(new RmsNormalization(axis, (float) epsilon));
      }
    }
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Tensor x = Samples.lines(cone.leaf().type().shape(), axes.get(0));
    Tensor ones = Tensor.splat(new TensorType(DType.FLOAT64, normalized), 1);
    Tensor y = cone.evaluate(x);
    return candidates.stream()
        .filter(op -> Samples.agree(y, op.evaluate(List.of(x, ones)).get(0)))
        .findFirst();
  }
}
