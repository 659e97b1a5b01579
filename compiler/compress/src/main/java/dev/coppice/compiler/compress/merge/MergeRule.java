package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Optional;

/**
 * One way to compute the same with fewer nodes or fewer multiplications. A value that other nodes
 * read or that the model delivers stays.
 */
interface MergeRule {
  /**
   * What a rule did.
   *
   * @param node label of the node that is left or gone
   * @param what what happened to it
   */
  record Merged(String node, String what) {}

  /** What recipes call it, e.g. {@code fold-batch-norm}. */
  String name();

  /**
   * Rewrites the place of the graph that ends at {@code node}, if the rule applies there.
   *
   * @return empty if the graph is unchanged
   */
  Optional<Merged> rewrite(Merging merging, NodeProto node);
}
