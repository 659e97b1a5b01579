package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.model.KeptChannels;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.report.Comparison.Kept;
import dev.coppice.compiler.compress.report.Comparison.Pair;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What layers of an original and of a compressed version can be compared by. Of channels that were
 * removed, those that are left are compared.
 *
 * <p>A value whose readers in the original were merged into what computes it now stands for theirs.
 * A layer whose output one of the models lacks, such as a factor of a layer or one that was merged
 * into another, is compared by the nearest value behind it that both have.
 */
final class Counterparts {
  /** How many operators behind a value may have been merged into what computes it now. */
  private static final int MOST_MERGED = 4;

  /** How many operators behind a layer are looked at for a value that both models have. */
  private static final int FARTHEST = 6;

  /** What is compared where nothing of a layer changed but its weights. */
  static final String OWN = "its output";

  private final OnnxGraph original;
  private final OnnxGraph compressed;
  private final KeptChannels kept;

  Counterparts(OnnxGraph original, OnnxGraph compressed) {
    this.original = original;
    this.compressed = compressed;
    this.kept = KeptChannels.of(compressed).since(original);
  }

  /**
   * The ways to compare the layer of the compressed model that computes {@code output}. The nearest
   * is right: which readers were merged into the layer is not known.
   */
  List<Comparison> ofLayer(String output) {
    List<Comparison> found = candidates(output, OWN);
    Optional<NodeProto> reader = compressed.soleConsumer(output);
    for (int i = 0; i < FARTHEST && found.isEmpty() && reader.isPresent(); i++) {
      NodeProto node = reader.get();
      String text = "the output of " + Nodes.label(node) + " behind it";
      found = node.getOutputCount() == 1 ? candidates(node.getOutput(0), text) : all(node, text);
      reader = node.getOutputCount() == 1 ? compressed.soleConsumer(node.getOutput(0)) : none();
    }
    return found;
  }

  /** The ways to compare the layer of the original that computes {@code output} and is gone. */
  List<Comparison> ofGone(String output) {
    Optional<Comparison> found = same(output, OWN);
    Optional<NodeProto> reader = original.soleConsumer(output);
    for (int i = 0; i < FARTHEST && found.isEmpty() && reader.isPresent(); i++) {
      String result = reader.get().getOutput(0);
      found = same(result, "the output of " + Nodes.label(reader.get()) + " behind it");
      reader = original.soleConsumer(result);
    }
    return found.map(List::of).orElseGet(List::of);
  }

  private static Optional<NodeProto> none() {
    return Optional.empty();
  }

  /** {@code value} as itself and as each of its readers that is gone. */
  private List<Comparison> candidates(String value, String text) {
    List<Comparison> found = new ArrayList<>();
    Optional<String> at = Optional.of(value);
    String what = text;
    for (int i = 0; i <= MOST_MERGED && at.isPresent(); i++) {
      String v = at.get();
      boolean merged = i > 0 && compressed.hasType(v);
      if (!isComputed(v) || merged) {
        break;
      }
      pair(v, value, what).ifPresent(found::add);
      Optional<NodeProto> reader = original.soleConsumer(v);
      what = reader.map(r -> "the output of " + Nodes.label(r) + ", merged into it").orElse(text);
      at = reader.map(r -> r.getOutput(0));
    }
    return found;
  }

  /** All results of {@code node}, such as a Split of what layers computed one by one. */
  private List<Comparison> all(NodeProto node, String text) {
    List<Pair> pairs = new ArrayList<>();
    for (String output : node.getOutputList()) {
      Optional<Comparison> one = same(output, text);
      if (one.isEmpty()) {
        return List.of();
      }
      pairs.addAll(one.get().pairs());
    }
    return List.of(new Comparison(pairs, "the outputs of " + Nodes.label(node) + " behind it"));
  }

  /** {@code value}, which both models compute. */
  private Optional<Comparison> same(String value, String text) {
    return compressed.hasType(value) && isComputed(value)
        ? pair(value, value, text)
        : Optional.empty();
  }

  private boolean isComputed(String value) {
    return original.hasType(value) && original.producer(value).isPresent();
  }

  private Optional<Comparison> pair(String before, String after, String text) {
    if (!original.type(before).dtype().isFloat() || !compressed.type(after).dtype().isFloat()) {
      return Optional.empty();
    }
    if (original.shape(before).equals(compressed.shape(after))) {
      return Optional.of(new Comparison(List.of(new Pair(before, after, Optional.empty())), text));
    }
    return kept.of(before)
        .flatMap(c -> Kept.of(c, original.shape(before), compressed.shape(after)))
        .map(
            k ->
                new Comparison(
                    List.of(new Pair(before, after, Optional.of(k))), of(k, before, text)));
  }

  private String of(Kept left, String before, String text) {
    int all = original.shape(before).dim(left.axis());
    return left.channels().length + " of " + all + " channels of " + text;
  }
}
