package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** MelWeightMatrix, since 17: triangles on the mel scale, a constant like all its operands. */
final class MelWeightMatrixImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    int bins = Math.toIntExact(node.constant(0, "num_mel_bins").longAt(0));
    int length = Math.toIntExact(node.constant(1, "dft_length").longAt(0));
    long rate = node.constant(2, "sample_rate").longAt(0);
    double low = mel(node.constant(3, "lower_edge_hertz").doubleAt(0));
    double high = mel(node.constant(4, "upper_edge_hertz").doubleAt(0));
    int code = node.attributes().integer("output_datatype", DType.FLOAT32.onnxCode());
    DType dtype =
        DType.ofOnnx(code)
            .orElseThrow(
                () -> node.unsupportedType(TensorReader.typeName(code), "the result has it"));
    int rows = length / 2 + 1;
    if (bins < 1 || length < 0 || rate < 1) {
      throw new IllegalArgumentException(
          bins + " bins, a transform of " + length + " samples at " + rate + " Hz");
    }
    TensorType type = TensorType.of(dtype, rows, bins);
    if (!node.folder().affords(type)) {
      throw node.tooLarge("the matrix takes " + type.bytes() + " bytes");
    }
    int[] edges = new int[bins + 2];
    for (int i = 0; i < edges.length; i++) {
      double hertz = 700 * Math.expm1((low + i * (high - low) / edges.length) / MEL_PER_LOG);
      edges[i] = (int) Math.floor((length + 1) * hertz / rate);
    }
    if (edges[0] < 0 || edges[bins + 1] > rows) {
      throw new IllegalArgumentException(
          "the edges are outside the " + rows + " frequencies of the spectrum");
    }
    return List.of(
        node.constant(
            Tensor.fromDoubles(
                type,
                i -> weight(i / bins, edges[i % bins], edges[i % bins + 1], edges[i % bins + 2]))));
  }

  private static final double MEL_PER_LOG = 2595 / Math.log(10);

  private static double mel(double hertz) {
    return MEL_PER_LOG * Math.log1p(hertz / 700);
  }

  /** Height of a triangle over {@code row}. */
  private static double weight(int row, int left, int center, int right) {
    if (row >= center && row < right) {
      return (double) (right - row) / (right - center);
    }
    if (row == center) {
      return 1;
    }
    return row >= left && row < center ? (double) (row - left) / (center - left) : 0;
  }
}
