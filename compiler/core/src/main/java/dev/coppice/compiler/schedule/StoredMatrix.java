package dev.coppice.compiler.schedule;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaledIntegers;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.runtime.Half;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A constant matrix {@code [k, n]} of floats as it is kept in memory: what its values allow. Where
 * each is a signed byte times a scale of its column, as dequantized weights are, bytes are as good
 * as the floats but for roundings ({@link ScaledLevels#MAX_ULPS}); where each is a binary16, halves
 * are.
 *
 * @param form how the elements are kept
 * @param elements the matrix, in the type of that form
 * @param scales of each column, for bytes
 */
record StoredMatrix(WeightForm form, Tensor elements, float @Nullable [] scales) {
  /**
   * The forms that {@code b} has, floats first; alone if all elements are one number, which the
   * weight file holds once.
   */
  static List<StoredMatrix> of(Tensor b) {
    List<StoredMatrix> all = new ArrayList<>();
    all.add(new StoredMatrix(WeightForm.FLOATS, b, null));
    if (!b.isSplat()) {
      halves(b).ifPresent(all::add);
      bytes(b).ifPresent(all::add);
    }
    return all;
  }

  private static Optional<StoredMatrix> halves(Tensor b) {
    for (int i = 0; i < b.size(); i++) {
      float value = b.floatAt(i);
      float half = Half.fp16ToFloat(Half.floatToFp16(value));
      boolean finite = Math.abs(value) <= Float.MAX_VALUE;
      if (!finite || Float.floatToRawIntBits(half) != Float.floatToRawIntBits(value)) {
        return Optional.empty();
      }
    }
    TensorType type = new TensorType(DType.INT16, b.shape());
    Tensor bits = Tensor.fromLongs(type, i -> Half.floatToFp16(b.floatAt(i)));
    return Optional.of(new StoredMatrix(WeightForm.HALVES, bits, null));
  }

  private static Optional<StoredMatrix> bytes(Tensor b) {
    int k = b.shape().dim(-2);
    int n = b.shape().dim(-1);
    float[] scales = new float[n];
    for (int column = 0; column < n; column++) {
      Optional<ScaledIntegers> fit =
          ScaledIntegers.of(b, column(k, n, column), ScaledLevels.MAX_ULPS, Byte.MAX_VALUE);
      if (fit.isEmpty()) {
        return Optional.empty();
      }
      scales[column] = fit.get().scale();
    }
    TensorType type = new TensorType(DType.INT8, b.shape());
    Tensor levels =
        Tensor.fromLongs(type, i -> ScaledIntegers.quantized(b.floatAt(i), scales[i % n]));
    return Optional.of(new StoredMatrix(WeightForm.BYTES, levels, scales));
  }

  private static ScaledIntegers.Elements column(int k, int n, int column) {
    return new ScaledIntegers.Elements() {
      @Override
      public int size() {
        return k;
      }

      @Override
      public int at(int i) {
        return i * n + column;
      }
    };
  }

  /** Bytes in memory. */
  long bytes() {
    return elements.type().bytes() + (scales == null ? 0 : 4L * scales.length);
  }

  /** The elements in the order {@code source}, with room for loads behind the last. */
  Reordered packed(int[] source) {
    int size = source.length + form.beyond();
    return Packing.gather(elements, size, i -> i < source.length ? source[i] : -1);
  }

  /** The scales as weights. */
  Optional<Tensor> scaleWeights() {
    return Optional.ofNullable(scales).map(s -> Tensor.ofFloats(Shape.of(s.length), s));
  }
}
