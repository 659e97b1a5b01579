package dev.coppice.compiler.compress;

import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/**
 * What became of one weight tensor.
 *
 * @param tensor name of the initializer, or of the result of a Constant node
 * @param nodes the layers that use it
 * @param elements number of weights
 * @param zeros number of weights that are zero now
 * @param int8 whether the weights are signed bytes now
 * @param bytesBefore bytes of the weights as float32
 * @param bytesAfter bytes of the smaller of two encodings: all values, or a bitmap and the values
 *     that are not zero; with the scales
 * @param relativeError Euclidean length of the change divided by that of the weights
 */
public record TensorReport(
    String tensor,
    List<String> nodes,
    long elements,
    long zeros,
    boolean int8,
    long bytesBefore,
    long bytesAfter,
    double relativeError) {
  public TensorReport {
    nodes = List.copyOf(nodes);
  }

  static TensorReport of(Weight weight, Tensor before, WeightValues after) {
    Tensor now = after.floats();
    long zeros = 0;
    double change = 0;
    double length = 0;
    for (int i = 0; i < now.size(); i++) {
      double v = before.floatAt(i);
      double d = now.floatAt(i) - v;
      zeros += now.floatAt(i) == 0 ? 1 : 0;
      change += d * d;
      length += v * v;
    }
    long scales = after.int8().map(q -> 4L * q.scales().size()).orElse(0L);
    return new TensorReport(
        weight.tensor(),
        weight.nodes(),
        now.size(),
        zeros,
        after.int8().isPresent(),
        4L * now.size(),
        scales + encoded(now.size(), zeros, after.int8().isPresent() ? 1 : 4),
        length == 0 ? 0 : Math.sqrt(change / length));
  }

  private static long encoded(long elements, long zeros, int valueBytes) {
    return Math.min(elements * valueBytes, (elements + 7) / 8 + (elements - zeros) * valueBytes);
  }
}
