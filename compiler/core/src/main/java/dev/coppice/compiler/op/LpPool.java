package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.abs;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.mul;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * The p-norm of each window, {@code (sum |x|^p)^(1/p)}. {@code x: [N, C, D1, ...]} to {@code [N, C,
 * outputShape]}; floats. The importer resolves auto_pad and ceil_mode. ONNX LpPool, since 2;
 * dilations since 18.
 *
 * @param kernel window per spatial axis
 * @param strides steps
 * @param pads pads before each spatial axis, then after
 * @param dilations distance of window elements
 * @param p order of the norm, at least 1
 * @param outputShape spatial shape of the result
 */
public record LpPool(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    int p,
    List<Integer> outputShape)
    implements Op {
  public LpPool {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
    outputShape = List.copyOf(outputShape);
  }

  private PoolWindow window() {
    return new PoolWindow(kernel, strides, pads, dilations, outputShape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.floating(inputs, 0);
    if (p < 1) {
      throw Operands.bad("p is %d, expected at least 1", p);
    }
    return List.of(window().infer(x));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    return List.of(
        Tensor.fromDoubles(
            type,
            j -> {
              double sum = 0;
              for (int i : window().elements(x.shape(), type.shape(), j)) {
                sum += Math.pow(Math.abs(x.doubleAt(i)), p);
              }
              return Math.pow(sum, 1.0 / p);
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new PoolSchedule(k, window(), BinaryOp.ADD, 0, this::power, this::root).kernel("lpPool");
  }

  private Expr power(Expr x) {
    return switch (p) {
      case 1 -> abs(x);
      case 2 -> mul(x, x);
      default -> call(Intrinsic.POW, abs(x), literal(x.type(), p));
    };
  }

  private Expr root(Expr sum) {
    return switch (p) {
      case 1 -> sum;
      case 2 -> call(Intrinsic.SQRT, sum);
      default -> call(Intrinsic.POW, sum, literal(sum.type(), 1.0 / p));
    };
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
