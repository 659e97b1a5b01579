package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Optional;

/**
 * Constant weights of a product or convolution that are plus or minus one magnitude per output
 * channel.
 *
 * @param packed signs, int32 {@code [N, words]} or {@code [O, kh, kw, words]}
 * @param magnitudes one per output channel, above zero
 * @param sums sum of the signs of each output channel
 * @param depth signs that lie behind each other, packed
 * @param taps kernel places
 */
record SignedWeights(Tensor packed, double[] magnitudes, int[] sums, int depth, int taps) {

  /** The weights of {@code node}, operand 1, if they are constant and of this kind. */
  static Optional<SignedWeights> of(Graph graph, Node node) {
    Optional<Tensor> data = graph.constant(node.input(1));
    if (data.isEmpty() || data.get().size() == 0) {
      return Optional.empty();
    }
    Tensor w = data.get();
    Shape s = w.shape();
    boolean conv = node.op() instanceof Conv;
    int oc = s.dim(conv ? 0 : 1);
    int depth = s.dim(conv ? 1 : 0);
    int taps = conv ? s.dim(2) * s.dim(3) : 1;
    int words = (depth + 31) / 32;
    int[] bits = new int[oc * taps * words];
    double[] magnitudes = new double[oc];
    int[] sums = new int[oc];
    for (int o = 0; o < oc; o++) {
      for (int i = 0; i < taps * depth; i++) {
        int c = i / taps;
        double v = w.doubleAt(conv ? o * taps * depth + i : c * oc + o);
        magnitudes[o] = i == 0 ? Math.abs(v) : magnitudes[o];
        if (!(Math.abs(v) > 0) || Math.abs(v) != magnitudes[o] || Double.isInfinite(v)) {
          return Optional.empty();
        }
        bits[(o * taps + i % taps) * words + c / 32] |= v > 0 ? 1 << c : 0;
        sums[o] += v > 0 ? 1 : -1;
      }
    }
    Shape shape = conv ? Shape.of(oc, s.dim(2), s.dim(3), words) : Shape.of(oc, words);
    Tensor packed = Tensor.adopt(new TensorType(DType.INT32, shape), bits);
    return Optional.of(new SignedWeights(packed, magnitudes, sums, depth, taps));
  }
}
