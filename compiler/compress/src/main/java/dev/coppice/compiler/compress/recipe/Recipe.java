package dev.coppice.compiler.compress.recipe;

import java.util.List;

/**
 * What the user asks for.
 *
 * @param name what diagnostics call the recipe
 * @param settings what holds for all steps
 * @param steps what is done, in order
 */
public record Recipe(String name, Settings settings, List<Stage> steps) {
  public Recipe {
    steps = List.copyOf(steps);
  }

  /**
   * One step with its place in the recipe.
   *
   * @param method the method's name
   * @param line 1-based line at which it begins
   * @param text its YAML
   * @param step what it does
   */
  public record Stage(String method, int line, String text, Step step) {}
}
