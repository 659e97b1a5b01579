package dev.coppice.compiler.compress.search;

import java.util.ArrayList;
import java.util.List;

/**
 * What a search may combine: stages in the order of methods that do not spoil each other (channels
 * before low rank before the form of weights), of each at most one choice.
 *
 * @param stages the stages
 */
public record SearchSpace(List<Stage> stages) {
  public SearchSpace {
    stages = List.copyOf(stages);
  }

  /**
   * Alternatives, of which at most one is taken.
   *
   * @param ladders families of choices
   */
  public record Stage(List<Ladder> ladders) {
    public Stage {
      ladders = List.copyOf(ladders);
    }
  }

  /**
   * Choices of one kind, each stronger than the one before; where one costs too much, those behind
   * it are not tried.
   *
   * @param choices the steps of each choice, in YAML
   */
  public record Ladder(List<List<String>> choices) {
    public Ladder {
      choices = choices.stream().map(List::copyOf).toList();
    }
  }

  /** What is searched unless something else is asked for. */
  public static SearchSpace standard() {
    return new SearchSpace(
        List.of(
            new Stage(List.of(ladder(List.of(0.75, 0.55, 0.4, 0.3), SearchSpace::channels))),
            new Stage(List.of(ladder(List.of(0.03, 0.1), SearchSpace::lowRank))),
            new Stage(
                List.of(
                    new Ladder(List.of(List.of(quantize()))),
                    ladder(List.of(0.5, 0.7, 0.85), SearchSpace::deepCompression),
                    ladder(List.of(32.0, 16.0), SearchSpace::shared)))));
  }

  private interface Choice {
    List<String> at(double amount);
  }

  private static Ladder ladder(List<Double> amounts, Choice choice) {
    List<List<String>> choices = new ArrayList<>();
    amounts.forEach(a -> choices.add(choice.at(a)));
    return new Ladder(choices);
  }

  private static List<String> channels(double macs) {
    return List.of(
        "{method: prune-channels, scope: global, macs: " + macs + ", round-to: 4}",
        "{method: reconstruct}");
  }

  private static List<String> lowRank(double energy) {
    return List.of("{method: low-rank, energy-loss: " + energy + "}");
  }

  private static String quantize() {
    return "{method: quantize}";
  }

  private static List<String> deepCompression(double amount) {
    return List.of(
        "{method: prune-weights, amount: " + amount + ", compensate: true}",
        "{method: share, clusters: 32}");
  }

  private static List<String> shared(double clusters) {
    return List.of("{method: share, clusters: " + (int) clusters + "}");
  }
}
