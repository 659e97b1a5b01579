package dev.coppice.examples.embeddings;

import dev.coppice.annotations.OnnxModel;

/** The same network with weights of 8 bits, compiled to {@link QuantizedMiniLm}. */
@OnnxModel(
    value = "target/models/all-minilm-l6-v2-q.onnx",
    className = "QuantizedMiniLm",
    dims = "sequence_length=16,32,64,128")
interface QuantizedNetwork {
  /** See {@link FloatNetwork#run}. */
  void run(long[] ids, long[] mask, long[] types, float[] tokens);
}
