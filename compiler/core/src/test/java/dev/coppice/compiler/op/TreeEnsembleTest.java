package dev.coppice.compiler.op;

import dev.coppice.compiler.op.TreeEnsemble.Aggregate;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class TreeEnsembleTest extends OpContract {
  private static final Tensor X =
      Tensor.ofFloats(Shape.of(4, 2), 0, 1, 2, 5, -1, 7, Float.NaN, Float.NaN);

  /** Node 0: x0 <= 0.5 ? leaf 3 : node 1; node 1: x1 <= 4 ? leaf 4 : leaf 5; node 2: x1 <= 1. */
  private static final Tensor[] TABLES = {
    ints(Shape.of(6), 0, 1, 1, 0, 0, 0),
    doubles(0.5, 4, 1, 0, 0, 0),
    ints(Shape.of(6, 3), 3, 1, 1, 4, 5, 5, 4, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5)
  };

  private static Tensor ints(Shape shape, long... values) {
    return Tensor.fromLongs(new TensorType(DType.INT32, shape), i -> values[i]);
  }

  private static Tensor doubles(double... values) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT64, values.length), i -> values[i]);
  }

  private static Case trees(TreeEnsemble op, Tensor roots, Tensor children, Tensor... weights) {
    Tensor[] operands = new Tensor[5 + weights.length];
    operands[0] = X;
    operands[1] = TABLES[0];
    operands[2] = TABLES[1];
    operands[3] = children;
    operands[4] = roots;
    System.arraycopy(weights, 0, operands, 5, weights.length);
    return of(op, operands).constantsFrom(1);
  }

  @Override
  protected List<Case> cases() {
    Tensor both = ints(Shape.of(2), 0, 2);
    Tensor one = Tensor.ofFloats(Shape.of(3, 1), 1, 10, 100);
    Tensor two = Tensor.ofFloats(Shape.of(3, 2), 1, 2, 10, 20, 100, 200);
    Tensor ids = ints(Shape.of(3, 1), 0, 2, 2);
    Tensor nanLess = ints(Shape.of(6, 3), 3, 1, 3, 4, 5, 4, 4, 3, 4, 3, 3, 3, 4, 4, 4, 5, 5, 5);
    Tensor nanMixed = ints(Shape.of(6, 3), 3, 1, 5, 4, 5, 4, 4, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5);
    Tensor[] many = {ints(Shape.of(9), 0, 2, 1, 0, 3, 0, 2, 1, 0)};
    return List.of(
        trees(new TreeEnsemble(Aggregate.SUM, 1), both, TABLES[2], one)
            .gives(Tensor.ofFloats(Shape.of(4, 1), 11, 101, 2, 101)),
        trees(new TreeEnsemble(Aggregate.SUM, 1), both, nanLess, one)
            .gives(Tensor.ofFloats(Shape.of(4, 1), 11, 101, 2, 11)),
        trees(new TreeEnsemble(Aggregate.SUM, 1), both, nanMixed, one)
            .gives(Tensor.ofFloats(Shape.of(4, 1), 11, 101, 2, 101)),
        trees(new TreeEnsemble(Aggregate.SUM, 2), both, TABLES[2], two)
            .gives(Tensor.ofFloats(Shape.of(4, 2), 11, 22, 101, 202, 2, 4, 101, 202)),
        trees(new TreeEnsemble(Aggregate.MIN, 3), both, TABLES[2], one, ids)
            .gives(Tensor.ofFloats(Shape.of(4, 3), 1, 0, 10, 1, 0, 100, 1, 0, 0, 1, 0, 100)),
        trees(new TreeEnsemble(Aggregate.MAX, 3), both, TABLES[2], one, ids),
        trees(new TreeEnsemble(Aggregate.SUM, 2), many[0], TABLES[2], two));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new TreeEnsemble(Aggregate.SUM, 2),
            "operand 5 is f32[3,1], expected weights of at most 6 leaves for 2 targets",
            X.type(),
            TABLES[0].type(),
            TABLES[1].type(),
            TABLES[2].type(),
            TensorType.of(DType.INT32, 2),
            TensorType.of(DType.FLOAT32, 3, 1)));
  }
}
