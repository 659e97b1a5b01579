package dev.coppice.compiler.compress.recipe;

/**
 * What a step decided for one layer, and why.
 *
 * @param layer label of the layer, or empty where it concerns the whole model
 * @param what what was done, in numbers
 * @param why the reason, or empty
 */
public record Decision(String layer, String what, String why) {
  /** A line of the log. */
  public String text() {
    return (layer.isEmpty() ? "" : layer + ": ") + what + (why.isEmpty() ? "" : " (" + why + ")");
  }
}
