package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.runtime.Half;
import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * The section of a weight file that holds a float tensor, chosen by what the tensor contains.
 *
 * <p>{@link #choose} takes the smallest section whose decoded values are the tensor's. All sections
 * but the ones of signed bytes keep every bit. Signed bytes are recognised where each element is a
 * whole number of a channel's scale; folding another factor into such weights rounds each of them
 * once more, so that the decoded value may differ by {@link #ulps} units in the last place, and a
 * zero may lose its sign. Then the class computes with slightly other weights than the graph holds:
 * its results are reassociated, not equal.
 */
public final class WeightEncoding {
  /**
   * The deviation that signed bytes may have by default. One factor folded into {@code q * scale}
   * makes at most this: two roundings of the weight against two of the decoded value, half a unit
   * each.
   */
  public static final int MAX_ULPS = 2;

  /** Below this size only encodings that keep every bit are tried. */
  private static final int MIN_INT8_ELEMENTS = 64;

  private final Tensor data;
  private final int type;
  private final Optional<Int8Scales> int8;
  private final Optional<SparsePositions> positions;

  private WeightEncoding(
      Tensor data, int type, Optional<Int8Scales> int8, Optional<SparsePositions> positions) {
    this.data = data;
    this.type = type;
    this.int8 = int8;
    this.positions = positions;
  }

  /**
   * The smallest section for {@code data}, a float32 tensor in the order in which kernels read it.
   *
   * @param maxUlps the largest deviation of a decoded value in units in the last place; 0 keeps
   *     every bit
   */
  public static WeightEncoding choose(Tensor data, int maxUlps) {
    if (data.dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException("not float32: " + data.type());
    }
    if (isConstant(data)) {
      return new WeightEncoding(data, WeightsFormat.CONSTANT, Optional.empty(), Optional.empty());
    }
    WeightEncoding best = plain(data, WeightsFormat.FP32);
    if (isHalf(data)) {
      best = plain(data, WeightsFormat.FP16);
    }
    best = smaller(best, sparse(data, SparsePositions.of(data, true)));
    int maxChannels = (int) Math.min(data.size(), (best.bytes() - 1) / 4);
    if (data.size() < MIN_INT8_ELEMENTS || maxChannels == 0) {
      return best;
    }
    Optional<Int8Scales> scales = Int8Scales.find(data, maxUlps, maxChannels);
    if (scales.isPresent() && (maxUlps > 0 || !hasNegativeZero(data))) {
      SparsePositions places = SparsePositions.of(data, false);
      best = smaller(best, int8(data, scales.get()));
      best = smaller(best, sparseInt8(data, scales.get(), places));
    }
    return best;
  }

  static WeightEncoding sparse(Tensor data, SparsePositions positions) {
    int type = positions.isDelta() ? WeightsFormat.SPARSE_DELTA : WeightsFormat.SPARSE_BITMAP;
    return new WeightEncoding(data, type, Optional.empty(), Optional.of(positions));
  }

  private static WeightEncoding plain(Tensor data, int type) {
    return new WeightEncoding(data, type, Optional.empty(), Optional.empty());
  }

  private static WeightEncoding int8(Tensor data, Int8Scales scales) {
    return new WeightEncoding(
        data, WeightsFormat.INT8_PER_CHANNEL, Optional.of(scales), Optional.empty());
  }

  private static WeightEncoding sparseInt8(
      Tensor data, Int8Scales scales, SparsePositions positions) {
    int type = positions.isDelta() ? WeightsFormat.INT8_DELTA : WeightsFormat.INT8_BITMAP;
    return new WeightEncoding(data, type, Optional.of(scales), Optional.of(positions));
  }

  private static WeightEncoding smaller(WeightEncoding a, WeightEncoding b) {
    return b.bytes() < a.bytes() ? b : a;
  }

  private static boolean isConstant(Tensor data) {
    if (data.isSplat()) {
      return true;
    }
    int first = data.size() > 1 ? bits(data, 0) : 0;
    for (int i = 1; i < data.size(); i++) {
      if (bits(data, i) != first) {
        return false;
      }
    }
    return data.size() > 1;
  }

  private static boolean isHalf(Tensor data) {
    for (int i = 0; i < data.size(); i++) {
      float value = data.floatAt(i);
      float half = Half.fp16ToFloat(Half.floatToFp16(value));
      if (Float.floatToRawIntBits(half) != Float.floatToRawIntBits(value)) {
        return false;
      }
    }
    return data.size() > 0;
  }

  private static boolean hasNegativeZero(Tensor data) {
    for (int i = 0; i < data.size(); i++) {
      if (bits(data, i) == Integer.MIN_VALUE) {
        return true;
      }
    }
    return false;
  }

  private static int bits(Tensor data, int i) {
    return Float.floatToRawIntBits(data.floatAt(i));
  }

  /** One of the section types of {@link WeightsFormat}. */
  public int type() {
    return type;
  }

  /** Bytes of the section's data. */
  public long bytes() {
    return WeightsFormat.dataBytes(type, count(), p(), q());
  }

  /** The largest distance of a decoded value from the tensor's in units in the last place. */
  public int ulps() {
    return int8.map(Int8Scales::ulps).orElse(0);
  }

  /** For example {@code INT8_BITMAP, 64 scales, 1204 of 9216 values}. */
  @Override
  public String toString() {
    return WeightsFormat.typeName(type)
        + int8.map(s -> ", " + s.scales().length + " scales").orElse("")
        + positions
            .map(s -> String.format(Locale.ROOT, ", %d of %d values", s.count(), count()))
            .orElse("")
        + (ulps() > 0 ? ", within " + ulps() + " ulp" : "");
  }

  int count() {
    return data.size();
  }

  int p() {
    return positions.map(SparsePositions::count).orElse(int8.map(s -> s.scales().length).orElse(0));
  }

  int q() {
    return positions
        .map(s -> s.bytes() + int8.map(i -> 8 + 4 * i.scales().length).orElse(0))
        .orElse(int8.map(Int8Scales::stride).orElse(0));
  }

  void writeTo(LittleEndianSink sink) throws IOException {
    if (type == WeightsFormat.CONSTANT) {
      sink.float32(data.floatAt(0));
      return;
    }
    if (int8.isPresent()) {
      if (positions.isPresent()) {
        sink.int32(int8.get().scales().length);
        sink.int32(int8.get().stride());
      }
      sink.floats(int8.get().scales());
    }
    for (int i = 0; i < data.size(); i++) {
      if (positions.isEmpty() || !positions.get().isZero(i)) {
        writeValue(sink, i);
      }
    }
    if (positions.isPresent()) {
      positions.get().writeTo(sink);
    }
  }

  private void writeValue(LittleEndianSink sink, int i) throws IOException {
    float value = data.floatAt(i);
    if (int8.isPresent()) {
      sink.int8(int8.get().quantized(i, value));
    } else if (type == WeightsFormat.FP16) {
      sink.int16(Half.floatToFp16(value));
    } else {
      sink.float32(value);
    }
  }
}
