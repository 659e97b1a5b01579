package dev.coppice.compiler.compress;

/** What is done to one weight. */
public sealed interface Decision {
  /** Name of the initializer, or of the result of a Constant node. */
  String tensor();

  /**
   * The weights of smallest magnitude become zero; of equal ones those with the lower index.
   *
   * @param tensor name
   * @param zeros how many
   * @param elements out of how many
   * @param score the largest magnitude removed
   */
  record Prune(String tensor, long zeros, long elements, float score) implements Decision {}

  /**
   * The weights are stored as signed bytes.
   *
   * @param tensor name
   * @param axis axis that has a scale for each index, or -1 for one scale
   */
  record Quantize(String tensor, int axis) implements Decision {}
}
