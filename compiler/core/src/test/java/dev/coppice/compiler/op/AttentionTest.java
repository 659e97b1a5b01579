package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AttentionTest extends OpContract {
  private static final Attention HEADS_FIRST = new Attention(false);
  private static final Attention ROWS_FIRST = new Attention(true);

  /** The keys from {@code shown} on are forbidden. */
  private static Tensor forbidding(int shown, int... dims) {
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, dims),
        i -> i % dims[3] < shown ? 0.1 * (i % 7) : Double.NEGATIVE_INFINITY);
  }

  @Override
  protected List<Case> cases() {
    return List.of(
        // Scores 0 and ln 3: weights 1/4 and 3/4.
        of(
                HEADS_FIRST,
                Tensor.ofFloats(Shape.of(1, 1, 1, 1), 1.0986123f),
                Tensor.ofFloats(Shape.of(1, 1, 2, 1), 0, 1),
                Tensor.ofFloats(Shape.of(1, 1, 2, 1), 4, 8))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1, 1), 7)),
        of(HEADS_FIRST, random(1, 2, 3, 5, 4), random(2, 2, 3, 7, 4), random(3, 2, 3, 7, 6)),
        of(HEADS_FIRST, random(1, 1, 2, 20, 8), random(2, 1, 2, 37, 8), random(3, 1, 2, 37, 19)),
        of(ROWS_FIRST, random(1, 2, 33, 3, 8), random(2, 2, 32, 3, 8), random(3, 2, 32, 3, 16)),
        of(
            ROWS_FIRST,
            random(1, 2, 150, 2, 5),
            random(2, 2, 40, 2, 5),
            random(3, 2, 40, 2, 32),
            forbidding(29, 2, 1, 1, 40)),
        of(
            HEADS_FIRST,
            random(1, 2, 3, 9, 4),
            random(2, 2, 3, 21, 4),
            random(3, 2, 3, 21, 17),
            random(4, 1, 3, 9, 21)),
        of(
            HEADS_FIRST,
            random(1, 1, 2, 9, 4),
            random(2, 1, 2, 6, 4),
            random(3, 1, 2, 6, 3),
            random(4, 1, 2, 9, 1)),
        of(
            HEADS_FIRST,
            random(1, DType.FLOAT64, 1, 2, 9, 4),
            random(2, DType.FLOAT64, 1, 2, 6, 4),
            random(3, DType.FLOAT64, 1, 2, 6, 3),
            random(4, DType.FLOAT64, 1, 1, 9, 6)));
  }

  @Override
  protected List<Refusal> refusals() {
    TensorType q = TensorType.of(DType.FLOAT32, 1, 2, 9, 4);
    return List.of(
        refuses(
            HEADS_FIRST,
            "queries are f32[1,2,9,4], keys f32[1,2,9,4], values f32[1,2,8,4]; their heads do not"
                + " fit",
            q,
            q,
            TensorType.of(DType.FLOAT32, 1, 2, 8, 4)),
        refuses(
            HEADS_FIRST,
            "the mask is f32[1,2,4,9]; expected what broadcasts to [1,2,9,9]",
            q,
            q,
            q,
            TensorType.of(DType.FLOAT32, 1, 2, 4, 9)));
  }
}
