package dev.coppice.compiler.ir;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Decides how nodes are computed for which there are several schedules. */
public interface Chooser {
  /** Leaves every decision to the predictions. */
  Chooser PREDICTED = question -> Optional.empty();

  /**
   * The schedule of the candidate to take; empty, or one that is not offered, for the one with the
   * best prediction.
   */
  Optional<String> choose(Question question);

  /**
   * What is to be decided.
   *
   * @param geometry the node without the names of values: operator, attributes, types, what is
   *     fused with it and what is known of its weights; equal texts are equal questions
   * @param candidates predictions of what is offered, the best first
   * @param alone makes the graph of the node with what is fused with it, and nothing else
   */
  record Question(String geometry, List<Prediction> candidates, Supplier<Graph> alone) {
    public Question {
      candidates = List.copyOf(candidates);
    }

    /** Names of the schedules that are offered. */
    public List<String> schedules() {
      return candidates.stream().map(Prediction::schedule).toList();
    }
  }
}
