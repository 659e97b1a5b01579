package dev.coppice.compiler.compress;

import java.util.List;

/**
 * What the user asks for, step after step.
 *
 * @param name the file as the user named it
 * @param steps at least one
 */
public record Recipe(String name, List<Step> steps) {
  public Recipe {
    steps = List.copyOf(steps);
  }

  /** One step. */
  public sealed interface Step {
    /** The weights it takes. */
    LayerSelection selection();
  }

  /** Where a fraction of weights is counted. */
  public enum Scope {
    /** Over all selected tensors together. */
    GLOBAL,
    /** In each tensor. */
    LAYER
  }

  /**
   * Removes the weights of smallest magnitude.
   *
   * @param amount fraction that is removed, from 0 to below 1
   * @param scope where it is counted
   * @param selection the weights
   */
  public record Prune(double amount, Scope scope, LayerSelection selection) implements Step {
    public Prune {
      if (!(amount >= 0 && amount < 1)) {
        throw new IllegalArgumentException("amount " + amount);
      }
    }
  }

  /**
   * Stores weights as signed bytes.
   *
   * @param perChannel whether each output channel has a scale, or the tensor has one
   * @param selection the weights
   */
  public record Quantize(boolean perChannel, LayerSelection selection) implements Step {}
}
