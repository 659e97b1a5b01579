package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Channels rearranged into blocks of pixels: {@code [N, C * b * b, H, W]} to {@code [N, C, H * b, W
 * * b]}. Any type. ONNX DepthToSpace, since 1.
 *
 * @param blockSize {@code b}
 * @param mode order of the channels
 */
public record DepthToSpace(int blockSize, Mode mode) implements Op {
  /** Order of the channels before. */
  public enum Mode {
    /** Depth, column, row: the block's row is outermost. */
    DCR,
    /** Column, row, depth: the result's channel is outermost. */
    CRD
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Shape s = x.shape();
    if (blockSize < 1 || s.rank() != 4 || s.dim(1) % (blockSize * blockSize) != 0) {
      throw Operands.bad(
          "operand 0 is %s, expected [N, C, H, W] with C divisible by %d * %d",
          x, blockSize, blockSize);
    }
    return List.of(
        x.with(
            Shape.of(
                s.dim(0),
                s.dim(1) / (blockSize * blockSize),
                s.dim(2) * blockSize,
                s.dim(3) * blockSize)));
  }

  /** The result as {@code [N, C, H, b, W, b]}. */
  private StridedView view(Shape x) {
    int b = blockSize;
    int plane = x.dim(2) * x.dim(3);
    int depth = x.dim(1) / (b * b);
    int[] extents = {x.dim(0), depth, x.dim(2), b, x.dim(3), b};
    int[] strides =
        mode == Mode.DCR
            ? new int[] {x.dim(1) * plane, plane, x.dim(3), b * depth * plane, 1, depth * plane}
            : new int[] {x.dim(1) * plane, b * b * plane, x.dim(3), b * plane, 1, plane};
    return new StridedView(0, extents, strides);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(view(x.shape()).read(x, inferTypes(List.of(x.type())).get(0).shape()));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Stmt body = view(k.inputType(0).shape()).copy(k, k.input(0, "x"), k.output(0, "y"));
    String comment = "y" + k.outputType(0) + " = x" + k.inputType(0) + " in blocks of " + blockSize;
    return k.build("depthToSpace", comment, body);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
