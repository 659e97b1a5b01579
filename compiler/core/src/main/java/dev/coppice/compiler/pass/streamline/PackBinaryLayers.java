package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.BinaryConv;
import dev.coppice.compiler.op.BinaryMatMul;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.GreaterOrEqual;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.PackBits;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A product of an activation of two levels with weights of one magnitude per channel counts bits.
 *
 * <pre>
 * s = Sign(x); y = MatMul(s, w)
 * p = PackBits(x); d = BinaryMatMul(p, packed w); y = Cast(d)
 * </pre>
 *
 * Levels, magnitudes and a bias become a scale and a shift behind the sum. Where x itself follows
 * from the sums of a layer before, that layer compares its sums with thresholds and the bits
 * between the two stay packed. Sums are exact; a Sign that may be zero is packed with its zeros;
 * NaN counts as zero. Does not fire on grouped convolutions or other than two spatial axes, nor
 * when padding would have to be neither level but the mean of both is not zero.
 */
public final class PackBinaryLayers implements RewriteRule<Op> {
  /** Floats count exactly up to here. */
  private static final int MOST_TERMS = 1 << 24;

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
    if (!fits(node)) {
      return Optional.empty();
    }
    Optional<SignSource> x = SignSource.of(graph, node.input(0));
    Optional<SignedWeights> w = x.flatMap(s -> SignedWeights.of(graph, node));
    Optional<double[]> bias = bias(graph, node);
    if (x.isEmpty() || w.isEmpty() || bias.isEmpty() || w.get().sums().length == 0) {
      return Optional.empty();
    }
    boolean padded = op instanceof Conv c && c.pads().stream().anyMatch(p -> p != 0);
    double mean = (x.get().low() + x.get().high()) / 2;
    if (padded && mean != 0 || (long) w.get().depth() * w.get().taps() >= MOST_TERMS) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Optional<Bits> bits = pack(graph, patch, node, x.get());
    return bits.map(
        b -> patch.replace(node.output(), sums(patch, node, x.get(), w.get(), b, bias.get())));
  }

  private static boolean fits(Node node) {
    boolean product =
        node.op() instanceof MatMul
            && node.input(0).type().shape().rank() >= 2
            && node.input(1).type().shape().rank() == 2;
    boolean conv = node.op() instanceof Conv c && c.group() == 1 && c.strides().size() == 2;
    return (product || conv)
        && node.output().type().dtype() == DType.FLOAT32
        && node.output().type().shape().size() > 0;
  }

  private static Optional<double[]> bias(Graph graph, Node node) {
    if (node.inputs().size() < 3) {
      return Optional.of(new double[0]);
    }
    return graph
        .constant(node.input(2))
        .map(
            t -> {
              double[] b = new double[t.size()];
              Arrays.setAll(b, t::doubleAt);
              return b;
            });
  }

  /** A packed activation and whether it is packed with zeros. */
  private record Bits(Value packed, boolean zeros) {}

  private static Optional<Bits> pack(Graph graph, GraphPatch patch, Node node, SignSource x) {
    Value source = x.source();
    int axis = node.op() instanceof Conv ? 1 : source.type().shape().rank() - 1;
    boolean bool = source.type().dtype() == DType.BOOL;
    boolean atLeast = !bool && x.zero() == x.high();
    boolean above = bool || x.zero() == x.low();
    Optional<DotChain> sums = DotChain.of(graph, source);
    boolean zeros = !atLeast && !above && !sums.map(DotChain::isNeverZero).orElse(false);
    if (zeros && (x.zero() != 0 || x.low() != -x.high())) {
      return Optional.empty();
    }
    boolean fitting =
        sums.isPresent()
            && sums.get().producer().op() instanceof BinaryConv == node.op() instanceof Conv;
    if (!zeros && fitting) {
      DotChain chain = sums.get();
      Optional<DotChain.Thresholds> t = chain.thresholds(graph, v -> atLeast ? v >= 0 : v > 0);
      if (t.isPresent()) {
        Node before = chain.producer();
        Value w = patch.constant(before.input(1).name(), t.get().weights());
        Value least = patch.constant(before.name() + ".thresholds", t.get().thresholds());
        List<Value> operands = List.of(before.input(0), w, least);
        return Optional.of(
            new Bits(
                patch.node(before.name(), before.op(), operands, before.origin()).output(), false));
      }
    }
    if (atLeast) {
      Tensor none = Tensor.splat(source.type().with(Shape.SCALAR), 0);
      Value zero = patch.constant(node.name() + ".zero", none);
      source =
          patch
              .node(
                  node.name() + ".set", new GreaterOrEqual(), List.of(source, zero), node.origin())
              .output();
    }
    Node packed =
        patch.node(
            node.name() + ".bits", new PackBits(axis, zeros), List.of(source), node.origin());
    return Optional.of(new Bits(packed.output(), zeros));
  }

  private static Value sums(
      GraphPatch patch, Node node, SignSource x, SignedWeights w, Bits bits, double[] bias) {
    boolean conv = node.op() instanceof Conv;
    Op op =
        node.op() instanceof Conv c
            ? new BinaryConv(w.depth(), c.strides(), c.pads(), c.dilations(), bits.zeros())
            : new BinaryMatMul(w.depth(), bits.zeros());
    TensorType type = node.output().type();
    Value weights = patch.constant(node.input(1).name(), w.packed());
    Value dot =
        patch.node(node.name(), op, List.of(bits.packed(), weights), node.origin()).output();
    Value y =
        patch
            .node(node.name() + ".sums", new Cast(DType.FLOAT32), List.of(dot), node.origin())
            .output();
    double half = (x.high() - x.low()) / 2;
    double mean = (x.low() + x.high()) / 2;
    double[] scale = new double[w.sums().length];
    double[] shift = new double[scale.length];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = half * w.magnitudes()[c];
      shift[c] = mean * w.magnitudes()[c] * w.sums()[c] + (bias.length > 0 ? bias[c] : 0);
    }
    int axis = conv ? 1 : type.shape().rank() - 1;
    y = affine(patch, node, new Mul(), y, scale, 1, axis);
    return affine(patch, node, new Add(), y, shift, 0, axis);
  }

  private static Value affine(
      GraphPatch patch, Node node, Op op, Value y, double[] by, double neutral, int axis) {
    if (Arrays.stream(by).allMatch(v -> v == neutral)) {
      return y;
    }
    Value c = patch.constant(node.name() + ".by", Constants.alongAxis(by, y.type(), axis));
    return patch.node(node.name() + "." + op.name(), op, List.of(y, c), node.origin()).output();
  }
}
