package dev.coppice.examples.embeddings;

import dev.coppice.annotations.OnnxModel;

/**
 * The network all-MiniLM-L6-v2, compiled for four lengths to {@link MiniLm}. The file calls both
 * axes of its inputs {@code batch}, so the length is named by its place.
 */
@OnnxModel(
    value = "target/models/all-minilm-l6-v2.onnx",
    className = "MiniLm",
    dims = "*:1=16,32,64,128")
interface FloatNetwork {
  /**
   * Computes a vector for each token.
   *
   * @param ids tokens, as many as one of the lengths
   * @param mask 1 for a token, 0 for padding
   * @param types 0
   * @param tokens receives 384 numbers for each token
   * @param first receives 384 numbers for the sentence, which this model was not trained for
   */
  void run(long[] ids, long[] mask, long[] types, float[] tokens, float[] first);
}
