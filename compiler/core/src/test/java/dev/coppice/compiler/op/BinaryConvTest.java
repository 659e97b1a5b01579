package dev.coppice.compiler.op;

import static dev.coppice.compiler.op.BinaryMatMulTest.thresholds;
import static dev.coppice.compiler.op.BinaryMatMulTest.words;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class BinaryConvTest extends OpContract {
  private static final List<Integer> ONE = List.of(1, 1);
  private static final List<Integer> NONE = List.of(0, 0, 0, 0);

  private static BinaryConv conv(int depth, boolean zeros) {
    return new BinaryConv(depth, ONE, List.of(1, 0, 1, 2), ONE, zeros);
  }

  @Override
  protected List<Case> cases() {
    Tensor x = Tensor.adopt(TensorType.of(DType.INT32, 1, 2, 2, 1), new int[] {1, 0, 0, 0});
    Tensor w = Tensor.adopt(TensorType.of(DType.INT32, 1, 1, 2, 1), new int[] {1, 1});
    return List.of(
        of(new BinaryConv(1, ONE, List.of(0, 1, 0, 0), ONE, false), x, w)
            .constantsFrom(1)
            .gives(Tensor.adopt(TensorType.of(DType.INT32, 1, 1, 2, 2), new int[] {1, 0, -1, -2})),
        of(conv(70, false), words(1, 70, false, 2, 5, 4), words(2, 70, false, 9, 3, 3))
            .constantsFrom(1),
        of(conv(150, true), words(3, 150, true, 1, 4, 5), words(4, 150, false, 5, 3, 2))
            .constantsFrom(1),
        of(
                conv(32, false),
                words(5, 32, false, 1, 4, 5),
                words(6, 32, false, 40, 3, 3),
                thresholds(40))
            .constantsFrom(1),
        of(
                new BinaryConv(3, List.of(2, 1), NONE, List.of(1, 2), false),
                words(7, 3, false, 2, 7, 6),
                words(8, 3, false, 32, 3, 2),
                thresholds(32))
            .constantsFrom(1));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            conv(3, false),
            "operand 0 is i32[1,1], expected [N, H, W] of 3 signs",
            TensorType.of(DType.INT32, 1, 1),
            TensorType.of(DType.INT32, 4, 1, 1, 1)),
        refuses(
            conv(33, false),
            "operand 1 is i32[4,3,3,1], expected shape [O, kh, kw, 2]",
            TensorType.of(DType.INT32, 1, 5, 5, 2),
            TensorType.of(DType.INT32, 4, 3, 3, 1)));
  }
}
