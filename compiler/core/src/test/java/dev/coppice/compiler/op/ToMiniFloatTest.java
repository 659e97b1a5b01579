package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.MiniFloat;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

class ToMiniFloatTest extends OpContract {
  /** Values of all magnitudes, the special ones first. */
  private static Tensor values() {
    SplittableRandom random = new SplittableRandom(3);
    float[] special = {
      0,
      -0f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      Float.MIN_VALUE,
      448,
      464,
      465,
      480,
      57344,
      61440,
      240,
      248,
      6,
      7,
      0.25f,
      -0.75f
    };
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, 500),
        i ->
            i < special.length
                ? special[i]
                : (float) Math.scalb(random.nextDouble() * 2 - 1, random.nextInt(50) - 28));
  }

  @Override
  protected List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (DType to : DType.values()) {
      if (to.miniFloat().isPresent()) {
        for (MiniFloat.Rounding rounding : MiniFloat.Rounding.values()) {
          cases.add(of(new ToMiniFloat(to, true, rounding), values()));
          cases.add(of(new ToMiniFloat(to, false, rounding), values()));
          Tensor wide = new Cast(DType.FLOAT64).evaluate(List.of(values())).get(0);
          cases.add(of(new ToMiniFloat(to, true, rounding), wide));
        }
      }
    }
    // 1 + 1/16 is halfway between two values: more or less decides, but is lost in a float32.
    double half = 1.0625;
    double[] near = {half, half + 0x1p-40, half - 0x1p-40, -half - 0x1p-40, 1e300, -1e-300, 0};
    cases.add(
        of(
                new ToMiniFloat(DType.FLOAT8E4M3FN, true, MiniFloat.Rounding.UP),
                Tensor.fromDoubles(TensorType.of(DType.FLOAT64, 7), i -> near[i]))
            .gives(
                Tensor.fromLongs(
                    TensorType.of(DType.FLOAT8E4M3FN, 7),
                    i -> new int[] {0x38, 0x39, 0x38, 0xB9, 0x7E, 0x80, 0}[i])));
    TensorType two = TensorType.of(DType.FLOAT8E4M3FN, 2);
    cases.add(
        of(
                new ToMiniFloat(DType.FLOAT8E4M3FN, true, MiniFloat.Rounding.UP),
                Tensor.ofFloats(Shape.of(2), 1, 1000))
            .gives(Tensor.fromLongs(two, i -> i == 0 ? 0x38 : 0x7E)));
    return cases;
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new ToMiniFloat(DType.INT8, true, MiniFloat.Rounding.UP),
            "the result is i8, expected a float of 8 or 4 bits",
            TensorType.of(DType.FLOAT32, 1)));
  }
}
