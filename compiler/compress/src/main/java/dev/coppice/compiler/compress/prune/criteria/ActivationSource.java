package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.evaluate.Activations;
import java.util.List;

/** Where criteria that look at data see the values of the calibration examples. */
@FunctionalInterface
public interface ActivationSource {
  /** Shows {@code visitor} these values of the graph for each example, in order. */
  void visit(List<String> values, Activations.Visitor visitor);
}
