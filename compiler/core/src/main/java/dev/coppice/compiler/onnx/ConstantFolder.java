package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.op.Expand;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.op.Tile;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Evaluates operators on constants, as long as the model's budget of bytes and steps lasts; what is
 * beyond it stays a node.
 */
final class ConstantFolder {
  /** Operators whose results have no elements but those of operand 0. */
  private static final Set<Class<? extends Op>> MOVERS =
      Set.of(Expand.class, Reshape.class, Slice.class, Split.class, Tile.class, Transpose.class);

  private final ImportLimits limits;
  private long bytesLeft;
  private long stepsLeft;

  ConstantFolder(ImportLimits limits) {
    this.limits = limits;
    this.bytesLeft = limits.constantBytes();
    this.stepsLeft = limits.foldingSteps();
  }

  /**
   * The results of {@code op}, whose types are {@code results}; empty when computing them would
   * exceed the budget.
   */
  Optional<List<Tensor>> fold(Op op, List<Tensor> operands, List<TensorType> results) {
    if (MOVERS.contains(op.getClass()) && operands.get(0).isSplat()) {
      Tensor x = operands.get(0);
      return Optional.of(results.stream().map(t -> x.gather(t.shape(), i -> 0)).toList());
    }
    if (op instanceof Pointwise && operands.stream().allMatch(t -> t.isSplat() && t.size() > 0)) {
      return Optional.of(splat(op, operands, results.get(0)));
    }
    List<TensorType> types = operands.stream().map(Tensor::type).toList();
    long bytes = results.stream().mapToLong(TensorType::bytes).sum();
    long steps = op.macs(types);
    for (Tensor t : operands) {
      steps += t.size();
    }
    for (TensorType t : results) {
      steps += t.shape().size();
    }
    if (bytes > bytesLeft || steps > stepsLeft) {
      return Optional.empty();
    }
    bytesLeft -= op.isView(types) ? 0 : bytes;
    stepsLeft -= steps;
    return Optional.of(op.evaluate(operands));
  }

  /** Whether a constant of this type may be expanded by an importer; if so it counts. */
  boolean affords(TensorType type) {
    if (type.bytes() > bytesLeft) {
      return false;
    }
    bytesLeft -= type.bytes();
    return true;
  }

  /** The limits of this import. */
  ImportLimits limits() {
    return limits;
  }

  /** One element stands for all. */
  private static List<Tensor> splat(Op op, List<Tensor> operands, TensorType result) {
    List<Tensor> ones = new ArrayList<>();
    for (Tensor t : operands) {
      int[] dims = new int[t.shape().rank()];
      Arrays.fill(dims, 1);
      ones.add(t.gather(Shape.of(dims), i -> 0));
    }
    Tensor y = op.evaluate(ones).get(0);
    return List.of(
        result.dtype().isFloat()
            ? Tensor.splat(result, y.doubleAt(0))
            : Tensor.splatLong(result, y.longAt(0)));
  }
}
