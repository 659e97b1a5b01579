package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;
import java.util.Random;

class BinaryMatMulTest extends OpContract {
  /** Packed bits of {@code depth} signs, those beyond them clear. */
  static Tensor words(long seed, int depth, boolean zeros, int... dims) {
    Random r = new Random(seed);
    int words = (depth + 31) / 32;
    int[] shape = java.util.Arrays.copyOf(dims, dims.length + 1);
    shape[dims.length] = words * (zeros ? 2 : 1);
    return Tensor.fromLongs(
        TensorType.of(DType.INT32, shape),
        i -> {
          int word = i / (zeros ? 2 : 1) % words;
          return r.nextInt() & (word == words - 1 && depth % 32 > 0 ? (1 << depth) - 1 : -1);
        });
  }

  /** Thresholds around zero. */
  static Tensor thresholds(int channels) {
    return Tensor.fromLongs(TensorType.of(DType.INT32, channels), i -> i % 9 - 4);
  }

  private static Tensor ints(int[] values, int... dims) {
    return Tensor.adopt(TensorType.of(DType.INT32, dims), values);
  }

  @Override
  protected List<Case> cases() {
    Tensor w = ints(new int[] {0b101, 0b010, 0b111}, 3, 1);
    return List.of(
        of(new BinaryMatMul(3, false), ints(new int[] {0b101}, 1, 1), w)
            .constantsFrom(1)
            .gives(ints(new int[] {3, -3, 1}, 1, 3)),
        of(new BinaryMatMul(3, true), ints(new int[] {0b100, 0b110}, 1, 2), w)
            .constantsFrom(1)
            .gives(ints(new int[] {2, -2, 0}, 1, 3)),
        of(
                new BinaryMatMul(3, false),
                ints(new int[] {0b101}, 1, 1),
                w,
                ints(new int[] {3, -2, 1}, 3))
            .constantsFrom(1)
            .gives(ints(new int[] {0b101}, 1, 1)),
        of(new BinaryMatMul(200, false), words(1, 200, false, 2), words(2, 200, false, 37))
            .constantsFrom(1),
        of(new BinaryMatMul(150, true), words(3, 150, true, 2, 2), words(4, 150, false, 5))
            .constantsFrom(1),
        of(
                new BinaryMatMul(64, false),
                words(5, 64, false, 3),
                words(6, 64, false, 70),
                thresholds(70))
            .constantsFrom(1),
        of(
                new BinaryMatMul(131, true),
                words(7, 131, true, 1),
                words(8, 131, false, 32),
                thresholds(32))
            .constantsFrom(1));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new BinaryMatMul(33, false),
            "operand 0 is i32[1,1], expected 33 signs",
            TensorType.of(DType.INT32, 1, 1),
            TensorType.of(DType.INT32, 4, 2)),
        refuses(
            new BinaryMatMul(33, false),
            "operand 1 is i32[4,1], expected shape [N, 2]",
            TensorType.of(DType.INT32, 1, 2),
            TensorType.of(DType.INT32, 4, 1)));
  }
}
