package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;
import java.util.Random;

class NonMaxSuppressionTest extends OpContract {
  private static Case suppress(boolean center, int most, Tensor boxes, Tensor scores, float iou) {
    return of(
        new NonMaxSuppression(center, most),
        boxes,
        scores,
        Tensor.ofLongs(Shape.of(1), most),
        floats(iou),
        floats(0.3f));
  }

  private static Tensor boxes(long seed, int batches, int n) {
    Random r = new Random(seed);
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, batches, n, 4), i -> r.nextInt(20) / 4.0);
  }

  private static Tensor scores(long seed, int batches, int classes, int n) {
    Random r = new Random(seed);
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, batches, classes, n), i -> r.nextInt(10) / 10.0);
  }

  @Override
  protected List<Case> cases() {
    Tensor three = Tensor.ofFloats(Shape.of(1, 3, 4), 0, 0, 2, 2, 0, 0, 2, 1.9f, 5, 5, 6, 6);
    return List.of(
        suppress(false, 3, three, Tensor.ofFloats(Shape.of(1, 1, 3), 0.8f, 0.9f, 0.5f), 0.5f)
            .gives(
                Tensor.ofLongs(Shape.of(3, 3), 0, 0, 1, 0, 0, 2, 0, 0, 0),
                Tensor.ofLongs(Shape.SCALAR, 2)),
        suppress(false, 1, three, Tensor.ofFloats(Shape.of(1, 1, 3), 0.8f, 0.9f, 0.5f), 0.5f)
            .gives(Tensor.ofLongs(Shape.of(1, 3), 0, 0, 1), Tensor.ofLongs(Shape.SCALAR, 1)),
        suppress(false, 3, three, Tensor.ofFloats(Shape.of(1, 1, 3), 0.1f, 0.3f, 0), 0.5f)
            .gives(
                Tensor.ofLongs(Shape.of(3, 3), 0, 0, 0, 0, 0, 0, 0, 0, 0),
                Tensor.ofLongs(Shape.SCALAR, 0)),
        suppress(true, 6, boxes(1, 2, 20), scores(2, 2, 3, 20), 0.2f),
        suppress(false, 20, boxes(3, 2, 20), scores(4, 2, 3, 20), 0.6f));
  }

  @Override
  protected List<Refusal> refusals() {
    TensorType one = TensorType.of(DType.FLOAT32, 1);
    return List.of(
        refuses(
            new NonMaxSuppression(false, 3),
            "boxes are f32[1,3,4] and scores f32[1,1,4], expected [batches, n, 4] and [batches,"
                + " classes, n]",
            TensorType.of(DType.FLOAT32, 1, 3, 4),
            TensorType.of(DType.FLOAT32, 1, 1, 4),
            TensorType.of(DType.INT64, 1),
            one,
            one));
  }
}
