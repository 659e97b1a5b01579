package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = condition ? a : b}, elementwise on broadcast operands: a boolean and two of one type.
 * ONNX Where, since 9.
 */
public record Where() implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 3, 3);
    Elementwise.require(inputs.get(0).dtype() == DType.BOOL, inputs.get(0), "a boolean condition");
    Shape values = Elementwise.sameTypes(inputs.subList(1, 3));
    return List.of(inputs.get(1).with(Shape.broadcast(inputs.get(0).shape(), values)));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    TensorType type = inferTypes(inputs.stream().map(Tensor::type).toList()).get(0);
    Tensor c = inputs.get(0);
    if (type.dtype().isFloat()) {
      return List.of(
          Tensor.fromDoubles(
              type, i -> picked(inputs, c, type, i).doubleAt(at(inputs, c, type, i))));
    }
    return List.of(
        Tensor.fromLongs(type, i -> picked(inputs, c, type, i).longAt(at(inputs, c, type, i))));
  }

  private static Tensor picked(List<Tensor> inputs, Tensor c, TensorType type, int i) {
    boolean holds = c.booleanAt(Elementwise.source(c.shape(), type.shape(), i));
    return inputs.get(holds ? 1 : 2);
  }

  private static int at(List<Tensor> inputs, Tensor c, TensorType type, int i) {
    return Elementwise.source(picked(inputs, c, type, i).shape(), type.shape(), i);
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    return Exprs.select(operands.get(0), operands.get(1), operands.get(2));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
