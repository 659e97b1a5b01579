package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Values to tell functions apart by. */
final class Samples {
  /** Numbers of a file are rounded to float32; two functions of this field differ by far more. */
  private static final double RELATIVE = 2e-6;

  /** What tails of such functions may be off: far less than a number that is added on purpose. */
  private static final double ABSOLUTE = 1e-9;

  /** Far enough to meet every bound, near enough for exponentials in double. */
  private static final double[] FAR = {20, 50, 100, 300, 700};

  private static final int LINE = 97;
  private static final double RANGE = 12;

  /** Mean of random numbers, in their spread. */
  private static final double SHIFT = 0.5;

  private static final double[] SPREADS = {1, 3e-3, 30, 1e-5, 60};

  private Samples() {}

  /**
   * Numbers from -12 to 12, some of them small, and some far outside, in {@code rank} axes of which
   * the last is long.
   */
  static Tensor line(int rank) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    dims[rank - 1] = LINE;
    TensorType type = new TensorType(DType.FLOAT64, Shape.of(dims));
    return Tensor.fromDoubles(
        type,
        i -> {
          double at = 2.0 * i / (LINE - 1 - 2 * FAR.length) - 1;
          if (i >= LINE - 2 * FAR.length) {
            return (i % 2 == 0 ? 1 : -1) * FAR[(LINE - 1 - i) / 2];
          }
          return i % 3 == 2 ? at * at * at * at * at : RANGE * at;
        });
  }

  /**
   * Random numbers for a value of shape {@code like}, several times, each with another spread: as
   * many elements along {@code axes}, 1 along the others.
   */
  static List<Tensor> lines(Shape like, List<Integer> axes) {
    int[] dims = new int[like.rank()];
    for (int a = 0; a < dims.length; a++) {
      dims[a] = axes.contains(a) ? like.dim(a) : 1;
    }
    TensorType type = new TensorType(DType.FLOAT64, Shape.of(dims));
    Random random = new Random(1);
    return Arrays.stream(SPREADS)
        .mapToObj(spread -> Tensor.fromDoubles(type, i -> spread * (random.nextGaussian() + SHIFT)))
        .toList();
  }

  /** Whether two results are the same function's. */
  static boolean agree(Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      double difference = Math.abs(a.doubleAt(i) - b.doubleAt(i));
      if (!(difference <= ABSOLUTE + RELATIVE * Math.abs(b.doubleAt(i)))) {
        return false;
      }
    }
    return true;
  }
}
