package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Convolutions of one input and one geometry become one whose result is split, such as the reducers
 * of an Inception module: the input is read once, but the Split costs a copy where runtimes do not
 * avoid it.
 *
 * <pre>
 * t = Conv(x, w); u = Conv(x, v)
 * s = Conv(x, w above v); t, u = Split(s) {axis=1}
 * </pre>
 *
 * Does not fire with groups.
 */
final class StackReaders implements MergeRule {
  /** First opset in which the sizes of Split are an operand. */
  private static final int SIZES_OPERAND_OPSET = 13;

  @Override
  public String name() {
    return "stack-readers";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    Optional<Branch> first = Branch.of(merging, node);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    List<Branch> all = new ArrayList<>(List.of(first.get()));
    for (NodeProto other : merging.graph().consumers(node.getInput(0))) {
      Branch.of(merging, other).filter(b -> StackBranches.fits(first.get(), b)).ifPresent(all::add);
    }
    if (all.size() < 2) {
      return Optional.empty();
    }
    List<String> results = all.stream().map(b -> b.conv().node().getOutput(0)).toList();
    List<Integer> sizes = all.stream().map(b -> b.conv().outputs()).toList();
    int channels = sizes.stream().mapToInt(Integer::intValue).sum();
    Shape y = merging.shape(node.getOutput(0)).with(1, channels);
    String stacked =
        merging.value(node.getOutput(0) + ".stacked", merging.type(node.getOutput(0)).with(y));
    NodeProto conv = StackBranches.stacked(merging, all, stacked);
    NodeProto split = split(merging, stacked, results, sizes);
    merging.merge(
        node, List.of(conv, split), all.stream().skip(1).map(b -> b.conv().node()).toList());
    String what =
        String.format(Locale.ROOT, "computes %d convolutions: channels %s", all.size(), sizes);
    return Optional.of(new Merged(Nodes.label(conv), what));
  }

  private static NodeProto split(
      Merging merging, String x, List<String> results, List<Integer> sizes) {
    NodeProto split =
        Nodes.of("Split", x + ".split", List.of(x), results, Nodes.integer("axis", 1));
    if (merging.graph().opset() < SIZES_OPERAND_OPSET) {
      return Nodes.with(split, Nodes.integers("split", sizes));
    }
    long[] longs = sizes.stream().mapToLong(Integer::longValue).toArray();
    return Nodes.withInput(
        split,
        1,
        merging.graph().addConstant(x + ".sizes", Tensor.ofLongs(Shape.of(longs.length), longs)));
  }
}
