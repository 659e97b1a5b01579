package dev.coppice.compiler.interp;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Reproducible test inputs. */
public final class SeededInputs {
  private static final double BORDER_SCALE = 30;

  private SeededInputs() {}

  /**
   * Inputs of {@code graph}: floats in [-2, 2), and 30 times larger on the border of the axes from
   * the third on, where mistakes about padding show; 8-bit integers over their range, wider ones 0
   * or 1, since they may be indices.
   */
  public static List<Tensor> of(Graph graph, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Tensor> inputs = new ArrayList<>();
    graph.inputs().forEach(v -> inputs.add(tensor(v.type(), random.split())));
    return inputs;
  }

  /** One tensor of the distribution described above. */
  public static Tensor tensor(TensorType type, SplittableRandom random) {
    DType dtype = type.dtype();
    if (dtype.isFloat()) {
      int[] strides = type.shape().strides();
      return Tensor.fromDoubles(
          type,
          i ->
              (random.nextDouble() * 4 - 2)
                  * (isBorder(type.shape(), strides, i) ? BORDER_SCALE : 1));
    }
    long bound = dtype.bytes() == 1 && dtype != DType.BOOL ? 256 : 2;
    return Tensor.fromLongs(type, i -> random.nextLong(bound));
  }

  private static boolean isBorder(Shape shape, int[] strides, int i) {
    for (int axis = 2; axis < strides.length; axis++) {
      int at = i / strides[axis] % shape.dim(axis);
      if (at == 0 || at == shape.dim(axis) - 1) {
        return true;
      }
    }
    return false;
  }
}
