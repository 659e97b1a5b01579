package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ReduceTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new Reduce(Reduce.Kind.SUM, List.of(1), false),
                Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4))
            .gives(floats(3, 7)),
        of(new Reduce(Reduce.Kind.MEAN, List.of(2, 3), true), random(1, 2, 3, 5, 7)),
        of(new Reduce(Reduce.Kind.MEAN, List.of(2, 3), false), random(1, 1, 3, 8, 8)),
        of(new Reduce(Reduce.Kind.MEAN, List.of(1, 2), true), random(2, 2, 4, 5, 300)),
        of(new Reduce(Reduce.Kind.MAX, List.of(0, 2), false), random(3, 3, 4, 25, 2)),
        of(new Reduce(Reduce.Kind.MIN, List.of(1), true), random(4, 3, 4, 20)),
        of(new Reduce(Reduce.Kind.PROD, List.of(0, 1), false), random(5, 3, 4)),
        of(new Reduce(Reduce.Kind.L1, List.of(1), false), random(6, 3, 40)),
        of(new Reduce(Reduce.Kind.L2, List.of(0), false), random(7, 3, 40)),
        of(new Reduce(Reduce.Kind.SUM_SQUARE, List.of(0, 2), true), random(8, 3, 4, 40)),
        of(new Reduce(Reduce.Kind.LOG_SUM, List.of(0), false), floats(1, 2, 3))
            .gives(Tensor.scalar(1.7917595f)),
        of(new Reduce(Reduce.Kind.LOG_SUM_EXP, List.of(1), false), random(9, 2, 33, 9)),
        of(new Reduce(Reduce.Kind.LOG_SUM_EXP, List.of(1), true), random(9, 2, 33)),
        of(new Reduce(Reduce.Kind.LOG_SUM_EXP, List.of(0), true), floats(1000, 1000))
            .gives(floats(1000.69315f)),
        of(new Reduce(Reduce.Kind.SUM, List.of(0), false), random(1, DType.INT64, 5, 3)),
        of(new Reduce(Reduce.Kind.MEAN, List.of(1), false), random(1, DType.INT32, 5, 3)),
        of(new Reduce(Reduce.Kind.MAX, List.of(1), false), random(1, DType.INT8, 5, 30)),
        of(new Reduce(Reduce.Kind.MAX, List.of(0), false), random(1, DType.BOOL, 2, 30)),
        of(new Reduce(Reduce.Kind.MIN, List.of(1), false), random(1, DType.BOOL, 9, 2)),
        of(new Reduce(Reduce.Kind.SUM, List.of(), true), random(1, 2, 3)),
        of(new Reduce(Reduce.Kind.SUM, List.of(1), true), random(1, 2, 0, 3)),
        of(new Reduce(Reduce.Kind.SUM, List.of(0, 1, 2, 3), false), random(1, 2, 3, 4, 5)),
        of(new Reduce(Reduce.Kind.SUM, List.of(0), false), random(1, DType.FLOAT64, 4, 9)),
        of(new Reduce(Reduce.Kind.MAX, List.of(1), false), random(1, DType.FLOAT16, 4, 20)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Reduce(Reduce.Kind.MAX, List.of(0), false),
            "operand 0 is u4[2], which ReduceMax does not take",
            TensorType.of(DType.UINT4, 2)),
        refuses(
            new Reduce(Reduce.Kind.SUM, List.of(2), true),
            "axis 2 is outside 0..1 for operand f32[2,3]",
            TensorType.of(DType.FLOAT32, 2, 3)),
        refuses(
            new Reduce(Reduce.Kind.SUM, List.of(0), true),
            "operand 0 is bool[3], which ReduceSum does not take",
            TensorType.of(DType.BOOL, 3)),
        refuses(
            new Reduce(Reduce.Kind.MEAN, List.of(0), true),
            "operand 0 is i32[0]: the mean of no integers is undefined",
            TensorType.of(DType.INT32, 0)),
        refuses(
            new Reduce(Reduce.Kind.L2, List.of(0), true),
            "operand 0 is i32[3], expected element type [f32, f64, f16, bf16]",
            TensorType.of(DType.INT32, 3)));
  }
}
