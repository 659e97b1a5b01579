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
 * {@code y[c[perm[0]], c[perm[1]], ...] = x[c[0], c[1], ...]}: axis {@code a} of the result is axis
 * {@code perm[a]} of {@code x}. Any type. A view when only axes of size 1 move. ONNX Transpose,
 * since 1.
 *
 * @param perm a permutation of the axes
 */
public record Transpose(List<Integer> perm) implements Op {
  public Transpose {
    perm = List.copyOf(perm);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.length("perm", perm, x.shape().rank(), x);
    Operands.axes(perm, x);
    return List.of(x.with(Shape.of(perm.stream().map(a -> x.shape().dim(a)).toList())));
  }

  private StridedView view(Shape x) {
    int[] from = x.strides();
    return new StridedView(
        0,
        perm.stream().mapToInt(x::dim).toArray(),
        perm.stream().mapToInt(a -> from[a]).toArray());
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Shape y = Shape.of(perm.stream().map(a -> x.shape().dim(a)).toList());
    return List.of(view(x.shape()).read(x, y));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Stmt body = view(k.inputType(0).shape()).copy(k, k.input(0, "x"), k.output(0, "y"));
    return k.build(
        "transpose", "y" + k.outputType(0) + " = x" + k.inputType(0) + " by axes " + perm, body);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    List<Integer> moving = perm.stream().filter(a -> x.dim(a) != 1).toList();
    return x.size() == 0 || moving.equals(moving.stream().sorted().toList());
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
