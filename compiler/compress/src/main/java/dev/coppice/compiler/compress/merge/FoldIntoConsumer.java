package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Layer.Kind;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A scale and a shift per input channel in front of a convolution or product move into its weights
 * and bias; so does the normalisation of the model's input.
 *
 * <pre>
 * t = s x + h; y = Conv(t, w, b)
 * y = Conv(x, w s, b + sum(w h))
 * </pre>
 *
 * Where a convolution pads, its border sees zeros in the place of {@code h}: a shift does not move
 * then, unless the rule may put a Pad in front that pads {@code x} with {@code -h / s}, which is
 * one number only if all channels agree. Products may read {@code t} through a Flatten or a Reshape
 * that does the same.
 *
 * @param name what recipes call the rule
 * @param withPad whether it is for convolutions with pads, which become a Pad, or for all others
 */
record FoldIntoConsumer(String name, boolean withPad) implements MergeRule {
  /** First opset in which pads are an operand. */
  private static final int PAD_OPERAND_OPSET = 11;

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    Optional<Linear> linear = Linear.of(merging, node);
    if (linear.isEmpty()) {
      return Optional.empty();
    }
    String x = node.getInput(0);
    Optional<NodeProto> view = linear.get().isProduct() ? flatten(merging, x) : Optional.empty();
    String read = view.map(v -> v.getInput(0)).orElse(x);
    int axis = view.isPresent() || !linear.get().isProduct() ? 1 : merging.shape(x).rank() - 1;
    Optional<Affine> row =
        merging.soleProducer(read).flatMap(p -> Affine.endingWith(merging, p, axis));
    if (row.isEmpty()
        || !gains(linear.get(), row.get())
        || linear.get().inputs() % row.get().scale().length != 0) {
      return Optional.empty();
    }
    boolean exact = row.get().isScale() || isUnpadded(linear.get());
    if (withPad == exact) {
      return Optional.empty();
    }
    boolean done =
        exact
            ? fold(merging, linear.get(), row.get(), view)
            : foldWithPad(merging, linear.get(), row.get());
    return done
        ? Optional.of(
            new Merged(
                Nodes.label(node),
                String.format(
                    Locale.ROOT,
                    "takes in %s: %d channels",
                    row.get().names(),
                    row.get().scale().length)))
        : Optional.empty();
  }

  /** The node that makes {@code x} rows of all that belongs to one place of the batch. */
  private static Optional<NodeProto> flatten(Merging merging, String x) {
    return merging
        .soleProducer(x)
        .filter(p -> Nodes.is(p, "Flatten") || Nodes.is(p, "Reshape"))
        .filter(
            p -> {
              Shape from = merging.shape(p.getInput(0));
              Shape to = merging.shape(x);
              return to.rank() == 2 && from.rank() > 2 && from.dim(0) == to.dim(0);
            });
  }

  /** A sum in front of MatMul would only become one behind it. */
  private static boolean gains(Linear linear, Affine row) {
    return linear.kind() != Kind.MATMUL || !row.isShift() || row.nodes().size() > 1;
  }

  private static boolean isUnpadded(Linear linear) {
    return linear.isProduct()
        || linear.kind() == Kind.CONV
            && Window.ofConv(linear.node(), linear.data().shape())
                .filter(Window::isUnpadded)
                .isPresent();
  }

  private static boolean fold(
      Merging merging, Linear linear, Affine row, Optional<NodeProto> view) {
    NodeProto node = linear.node();
    List<NodeProto> made = new ArrayList<>();
    List<NodeProto> gone = new ArrayList<>(row.nodes());
    String x = row.x();
    if (view.isPresent()) {
      made.add(Nodes.withInput(view.get(), 0, x));
      gone.add(view.get());
      x = view.get().getOutput(0);
    }
    made.addAll(scaled(merging, linear, row, x));
    merging.merge(node, made, gone);
    return true;
  }

  private static List<NodeProto> scaled(Merging merging, Linear linear, Affine row, String x) {
    int each = linear.inputs() / row.scale().length;
    double[] bias = linear.bias().clone();
    for (int i = 0; i < linear.data().size(); i++) {
      bias[linear.output(i)] += linear.weight(i) * row.shift()[linear.input(i) / each];
    }
    Tensor w =
        Tensor.fromDoubles(
            linear.data().type(), i -> linear.weight(i) * row.scale()[linear.input(i) / each]);
    Optional<double[]> b =
        linear.hasBias() || !row.isScale() ? Optional.of(bias) : Optional.empty();
    return linear.with(merging, x, w, b, linear.node().getOutput(0));
  }

  private static boolean foldWithPad(Merging merging, Linear linear, Affine row) {
    Optional<Window> window = Window.ofConv(linear.node(), linear.data().shape());
    float[] neutral = new float[row.scale().length];
    for (int c = 0; c < neutral.length; c++) {
      neutral[c] = (float) (-row.shift()[c] / row.scale()[c]);
    }
    boolean same = Arrays.equals(neutral, fill(neutral.length, neutral[0]));
    if (window.isEmpty()
        || linear.kind() != Kind.CONV
        || !same
        || !Float.isFinite(neutral[0])
        || merging.graph().opset() < PAD_OPERAND_OPSET) {
      return false;
    }
    List<Integer> own = window.get().pads();
    int rank = own.size() / 2;
    long[] pads = new long[2 * (rank + 2)];
    int[] dims = merging.shape(row.x()).dims();
    for (int i = 0; i < own.size(); i++) {
      pads[i < rank ? i + 2 : i + 4] = own.get(i);
      dims[i % rank + 2] += own.get(i);
    }
    String label = Nodes.label(linear.node());
    String padded = merging.value(label + ".padded", merging.type(row.x()).with(Shape.of(dims)));
    String sizes =
        merging.graph().addConstant(label + ".pads", Tensor.ofLongs(Shape.of(pads.length), pads));
    String value = merging.graph().addConstant(label + ".pad", Tensor.scalar(neutral[0]));
    List<NodeProto> made = new ArrayList<>();
    made.add(Nodes.of("Pad", padded, List.of(row.x(), sizes, value), List.of(padded)));
    NodeProto open =
        window.get().withPads(Collections.nCopies(own.size(), 0)).written(linear.node());
    for (NodeProto n : scaled(merging, linear, row, padded)) {
      made.add(n.toBuilder().clearAttribute().addAllAttribute(open.getAttributeList()).build());
    }
    merging.merge(linear.node(), made, row.nodes());
    return true;
  }

  private static float[] fill(int n, float value) {
    float[] all = new float[n];
    Arrays.fill(all, value);
    return all;
  }
}
