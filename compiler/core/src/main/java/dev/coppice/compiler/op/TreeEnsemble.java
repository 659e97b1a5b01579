package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Decision trees: each row of {@code x} is led from the root of every tree to a leaf, and the
 * weights of these leaves are combined per target. Operands:
 *
 * <ol>
 *   <li value="0">{@code x [N, F]} float32 or float64;
 *   <li>features {@code [nodes]} int32: the column that a node compares;
 *   <li>thresholds {@code [nodes]} float64, of which weight files keep every bit, as of float32
 *       they do not;
 *   <li>children {@code [nodes, 3]} int32: where a row goes whose feature is at most the threshold,
 *       more than it, NaN; the last nodes are the leaves, which are their own children;
 *   <li>roots {@code [trees]} int32;
 *   <li>weights {@code [leaves, W]} of the type of {@code x};
 *   <li>targets {@code [leaves, W]} int32: what each weight is for; absent if {@code W} is the
 *       number of targets and weights are in their order.
 * </ol>
 *
 * All but {@code x} are constants of the graph. The result is {@code [N, targets]} of the type of
 * {@code x}, 0 for a target without weights. ONNX TreeEnsemble, since 5 of ai.onnx.ml, and its
 * predecessors TreeEnsembleRegressor and TreeEnsembleClassifier.
 *
 * @param aggregate how weights of one target are combined
 * @param targets number of targets
 */
public record TreeEnsemble(Aggregate aggregate, int targets) implements Op {
  /** How the weights of one target are combined. */
  public enum Aggregate {
    SUM(0),
    MIN(Double.POSITIVE_INFINITY),
    MAX(Double.NEGATIVE_INFINITY);

    private final double neutral;

    Aggregate(double neutral) {
      this.neutral = neutral;
    }

    /** What combines with a weight to that weight. */
    public double neutral() {
      return neutral;
    }

    double of(double a, double b) {
      return switch (this) {
        case SUM -> a + b;
        case MIN -> Math.min(a, b);
        case MAX -> Math.max(a, b);
      };
    }
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 6, 7);
    TensorType x = inputs.get(0);
    Operands.dtype(inputs, 0, DType.FLOAT32, DType.FLOAT64);
    if (x.shape().rank() != 2) {
      throw Operands.bad("operand 0 is %s, expected rows of features", x);
    }
    Operands.dtype(inputs, 2, DType.FLOAT64);
    Operands.sameDtype(inputs, 5);
    for (int i : new int[] {1, 3, 4}) {
      Operands.dtype(inputs, i, DType.INT32);
    }
    int nodes = inputs.get(1).shape().size();
    Operands.shape(inputs, 1, Shape.of(nodes));
    Operands.shape(inputs, 2, Shape.of(nodes));
    Operands.shape(inputs, 3, Shape.of(nodes, 3));
    Operands.shape(inputs, 4, Shape.of(inputs.get(4).shape().size()));
    Shape weights = inputs.get(5).shape();
    if (weights.rank() != 2
        || weights.dim(0) > nodes
        || inputs.size() == 6 && weights.dim(1) != targets) {
      throw Operands.bad(
          "operand 5 is %s, expected weights of at most %d leaves for %d targets",
          inputs.get(5), nodes, targets);
    }
    if (inputs.size() == 7) {
      Operands.dtype(inputs, 6, DType.INT32);
      Operands.shape(inputs, 6, weights);
    }
    return List.of(TensorType.of(x.dtype(), x.shape().dim(0), targets));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TreeTables tables = new TreeTables(inputs.subList(1, inputs.size()), x.type());
    int rows = x.shape().dim(0);
    double[] y = new double[rows * targets];
    Arrays.fill(y, aggregate.neutral);
    for (int i = 0; i < rows; i++) {
      for (int t = 0; t < tables.trees(); t++) {
        add(tables, tables.leafOf(t, x, i), y, i * targets);
      }
    }
    return List.of(
        Tensor.fromDoubles(
            TensorType.of(x.dtype(), rows, targets),
            i -> aggregate != Aggregate.SUM && y[i] == aggregate.neutral ? 0 : y[i]));
  }

  private void add(TreeTables tables, int leaf, double[] y, int row) {
    int width = tables.width();
    for (int w = 0; w < width; w++) {
      int i = leaf * width + w;
      int at = row + tables.targets().map(t -> (int) t.longAt(i)).orElse(w);
      y[at] = aggregate.of(y[at], tables.weights().doubleAt(i));
    }
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new TreeSchedule(k, aggregate, targets).kernel();
  }
}
