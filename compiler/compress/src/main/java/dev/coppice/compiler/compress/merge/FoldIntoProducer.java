package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Layer.Kind;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A scale and a shift per output channel behind a convolution or product move into its weights and
 * bias, whatever its geometry (Jacob et al. 2017, arXiv 1712.05877, section 3.2).
 *
 * <pre>
 * t = Conv(x, w, b); y = BatchNormalization(t, gamma, beta, mean, var)
 * y = Conv(x, w s, s (b - mean) + beta)      with s = gamma / sqrt(var + epsilon)
 * </pre>
 *
 * @param name what recipes call the rule
 * @param batchNorm whether it is for rows of nodes that end with BatchNormalization, or for those
 *     of Add, Sub, Mul and Div alone
 */
record FoldIntoProducer(String name, boolean batchNorm) implements MergeRule {
  private static final String BATCH_NORM = "BatchNormalization";

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (Nodes.is(node, BATCH_NORM) != batchNorm || node.getOutputCount() == 0) {
      return Optional.empty();
    }
    int rank = merging.shape(node.getOutput(0)).rank();
    Optional<Merged> done = rewrite(merging, node, 1);
    return done.isPresent() || rank == 2 ? done : rewrite(merging, node, rank - 1);
  }

  private Optional<Merged> rewrite(Merging merging, NodeProto node, int axis) {
    Optional<Affine> row = Affine.endingWith(merging, node, axis);
    boolean others =
        row.isPresent() && row.get().others().stream().anyMatch(n -> Nodes.is(n, BATCH_NORM));
    Optional<Linear> linear =
        row.isEmpty() || others && !batchNorm
            ? Optional.empty()
            : merging.soleProducer(row.get().x()).flatMap(p -> Linear.of(merging, p));
    if (linear.isEmpty() || !fits(merging, linear.get(), row.get())) {
      return Optional.empty();
    }
    fold(merging, linear.get(), row.get());
    String what =
        String.format(
            Locale.ROOT, "takes in %s: %d channels", row.get().names(), row.get().scale().length);
    return Optional.of(new Merged(Nodes.label(linear.get().node()), what));
  }

  private static boolean fits(Merging merging, Linear linear, Affine row) {
    boolean gains = linear.kind() != Kind.MATMUL || !row.isShift() || row.nodes().size() > 1;
    return gains
        && linear.outputAxis(merging.shape(row.x()).rank()) == row.axis()
        && linear.outputs() == row.scale().length;
  }

  private static void fold(Merging merging, Linear linear, Affine row) {
    double[] s = row.scale();
    Tensor w =
        Tensor.fromDoubles(linear.data().type(), i -> linear.weight(i) * s[linear.output(i)]);
    double[] bias = new double[s.length];
    for (int o = 0; o < s.length; o++) {
      bias[o] = linear.bias()[o] * s[o] + row.shift()[o];
    }
    NodeProto node = linear.node();
    Optional<double[]> b =
        linear.hasBias() || !row.isScale() ? Optional.of(bias) : Optional.empty();
    String y = row.last().getOutput(0);
    List<NodeProto> gone = new ArrayList<>(row.others());
    gone.add(node);
    merging.merge(row.last(), linear.with(merging, node.getInput(0), w, b, y), gone);
  }
}
