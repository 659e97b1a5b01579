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
 * Blocks of pixels rearranged into channels: {@code [N, C, H, W]} to {@code [N, C * b * b, H / b, W
 * / b]}, the place in the block outermost. Any type. ONNX SpaceToDepth, since 1.
 *
 * @param blockSize {@code b}
 */
public record SpaceToDepth(int blockSize) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Shape s = x.shape();
    if (blockSize < 1 || s.rank() != 4 || s.dim(2) % blockSize != 0 || s.dim(3) % blockSize != 0) {
      throw Operands.bad(
          "operand 0 is %s, expected [N, C, H, W] with H and W divisible by %d", x, blockSize);
    }
    return List.of(
        x.with(
            Shape.of(
                s.dim(0),
                s.dim(1) * blockSize * blockSize,
                s.dim(2) / blockSize,
                s.dim(3) / blockSize)));
  }

  /** The result as {@code [N, b, b, C, H / b, W / b]}. */
  private StridedView view(Shape x) {
    int b = blockSize;
    int width = x.dim(3);
    int plane = x.dim(2) * width;
    return new StridedView(
        0,
        new int[] {x.dim(0), b, b, x.dim(1), x.dim(2) / b, width / b},
        new int[] {x.dim(1) * plane, width, 1, plane, b * width, b});
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(view(x.shape()).read(x, inferTypes(List.of(x.type())).get(0).shape()));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Stmt body = view(k.inputType(0).shape()).copy(k, k.input(0, "x"), k.output(0, "y"));
    String comment = "y" + k.outputType(0) + " = x" + k.inputType(0) + ", blocks of " + blockSize;
    return k.build("spaceToDepth", comment, body);
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
