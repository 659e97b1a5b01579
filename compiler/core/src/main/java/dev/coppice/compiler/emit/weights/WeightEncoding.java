package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaleParts;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.runtime.Half;
import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * The section of a weight file that holds a tensor of floats, bytes or 16-bit integers, chosen by
 * what the tensor contains.
 *
 * <p>{@link #choose} takes the smallest section whose decoded values are the tensor's: elements as
 * they are, in half precision, as indices of a codebook or as integers with scales, in a fixed
 * number of bits or Huffman-coded, with or without the zeros. All sections but those with scales
 * keep every bit. Scales are recognised where each element is a whole number of its group's scale;
 * folding another factor into such weights rounds each of them once more, so that the decoded value
 * may differ by {@link #ulps} units in the last place, and a zero may lose its sign. Then the class
 * computes with slightly other weights than the graph holds: its results are reassociated, not
 * equal.
 */
public final class WeightEncoding {
  /**
   * The deviation that a codebook with scales may have: the entry is a weight that was rounded, as
   * the one that is decoded was, and so is the scale.
   */
  private static final int MAX_BOOK_ULPS = 4;

  /** Below this size only encodings that keep every bit are tried. */
  private static final int MIN_SCALED_ELEMENTS = 64;

  /** Levels of bytes with a zero point; and of 16-bit integers. */
  private static final int[] MAX_LEVELS = {255, 65_535};

  private final Tensor data;
  private final int type;
  private final Optional<CodedStream> coded;

  private WeightEncoding(Tensor data, int type, Optional<CodedStream> coded) {
    this.data = data;
    this.type = type;
    this.coded = coded;
  }

  /**
   * The smallest section for elements in the order in which kernels read them.
   *
   * @param elements float32, int8 or int16
   * @param maxUlps the largest deviation of a decoded value in units in the last place; 0 keeps
   *     every bit
   */
  public static WeightEncoding choose(Reordered elements, int maxUlps) {
    Tensor data = elements.data();
    return switch (data.dtype()) {
      case FLOAT32 -> chooseFloats(elements, maxUlps);
      case INT8 -> chooseIntegers(data, WeightsFormat.INT8, WeightsFormat.CODED_INT8);
      case INT16 -> chooseIntegers(data, WeightsFormat.INT16, WeightsFormat.CODED_INT16);
      default -> throw new IllegalArgumentException("not float32, int8 or int16: " + data.type());
    };
  }

  /** The smallest section for a tensor in its own order. */
  public static WeightEncoding choose(Tensor data, int maxUlps) {
    return choose(Reordered.identity(data), maxUlps);
  }

  private static WeightEncoding chooseFloats(Reordered elements, int maxUlps) {
    Tensor data = elements.data();
    if (isConstant(data)) {
      return new WeightEncoding(data, WeightsFormat.CONSTANT, Optional.empty());
    }
    int size = data.size();
    IntUnaryOperator bits = i -> bits(data, i);
    int plain = isHalf(data) ? WeightsFormat.FP16 : isBfloat(data) ? WeightsFormat.BF16 : 0;
    WeightEncoding best =
        new WeightEncoding(data, plain == 0 ? WeightsFormat.FP32 : plain, Optional.empty());
    int prefix = PositionCode.prefix(size, i -> bits(data, i) != 0);
    Optional<Alphabet> alphabet = Alphabet.of(prefix, bits, ValueCode.MAX_DIFFERENT);
    PositionCode positions = PositionCode.of(size, i -> bits(data, i) != 0);
    List<CodedStream> streams = new ArrayList<>();
    if (positions.values() < size) {
      ValueCode values = ValueCode.plain(symbolKind(plain), positions.values());
      streams.add(new CodedStream(size, bits, values, positions));
    }
    int book = plain == WeightsFormat.FP16 ? WeightsFormat.BOOK_HALF : WeightsFormat.BOOK_FLOAT;
    if (positions.values() > 0 && alphabet.isPresent()) {
      for (PositionCode p : denseOr(positions, prefix)) {
        Alphabet kept = p.isDense() ? alphabet.get() : alphabet.get().without(0);
        for (ValueCode values : ValueCode.books(book, kept)) {
          streams.add(new CodedStream(size, bits, values, p));
        }
      }
    }
    best = best.orSmaller(streams, WeightsFormat.CODED);
    boolean mayScale = size >= MIN_SCALED_ELEMENTS && (maxUlps > 0 || !data.hasNegativeZero());
    return mayScale ? best.orSmaller(scaled(elements, maxUlps, best), WeightsFormat.CODED) : best;
  }

  private static List<PositionCode> denseOr(PositionCode sparse, int prefix) {
    return sparse.isDense() ? List.of(sparse) : List.of(PositionCode.dense(prefix), sparse);
  }

  private static int symbolKind(int plain) {
    return switch (plain) {
      case WeightsFormat.FP16 -> WeightsFormat.HALVES;
      case WeightsFormat.BF16 -> WeightsFormat.BFLOATS;
      default -> WeightsFormat.FLOATS;
    };
  }

  /** The sections of integers with scales, if they can be smaller than {@code best}. */
  private static List<CodedStream> scaled(Reordered elements, int maxUlps, WeightEncoding best) {
    Tensor source = elements.source();
    int maxScales = (int) Math.min(elements.data().size(), (best.bytes() - 1) / 4);
    for (int maxLevel : MAX_LEVELS) {
      Optional<ScaledLevels> found = ScaledLevels.find(source, maxUlps, maxScales, maxLevel);
      if (found.isPresent()) {
        ScaledLevels levels = found.get();
        Optional<ScaleParts> parts = ScaleParts.of(elements, levels, maxScales);
        IntUnaryOperator level = inOrder(elements, at -> levels.level(at, source.floatAt(at)));
        return parts.isEmpty()
            ? List.of()
            : integers(elements.data().size(), level, parts, levels.ulps(), false);
      }
    }
    return maxUlps > 0 ? scaledBooks(elements, maxScales) : List.of();
  }

  private static List<CodedStream> scaledBooks(Reordered elements, int maxScales) {
    Tensor source = elements.source();
    Optional<ScaledCodebook> found = ScaledCodebook.find(source, MAX_BOOK_ULPS);
    Optional<ScaleParts> parts = found.flatMap(b -> ScaleParts.of(elements, b.groups(), maxScales));
    if (parts.isEmpty()) {
      return List.of();
    }
    ScaledCodebook book = found.orElseThrow();
    IntUnaryOperator entry = inOrder(elements, at -> book.entry(at, source.floatAt(at)));
    int size = elements.data().size();
    int prefix = PositionCode.prefix(size, i -> entry.applyAsInt(i) != 0);
    Optional<Alphabet> alphabet = Alphabet.of(prefix, entry, ValueCode.MAX_DIFFERENT);
    PositionCode sparse = PositionCode.of(size, i -> entry.applyAsInt(i) != 0);
    List<CodedStream> streams = new ArrayList<>();
    for (PositionCode p : denseOr(sparse, prefix)) {
      Alphabet kept = p.isDense() ? alphabet.orElseThrow() : alphabet.orElseThrow().without(0);
      for (ValueCode values : ValueCode.books(WeightsFormat.BOOK_FLOAT, kept)) {
        int ulps = book.groups().ulps();
        streams.add(new CodedStream(size, entry, values, p, parts, ulps, false));
      }
    }
    return streams;
  }

  /** A number of each element in order by its place in the source; 0 where it has none. */
  private static IntUnaryOperator inOrder(Reordered elements, IntUnaryOperator number) {
    IntUnaryOperator order = elements.order();
    return i -> {
      int at = order.applyAsInt(i);
      return at < 0 ? 0 : number.applyAsInt(at);
    };
  }

  private static WeightEncoding chooseIntegers(Tensor data, int plain, int codedType) {
    WeightEncoding asIs = new WeightEncoding(data, plain, Optional.empty());
    int size = data.size();
    if (size == 0) {
      return asIs;
    }
    // Of places of values that a kernel steps through, differences are smaller.
    IntUnaryOperator deltas = i -> (int) (data.longAt(i) - (i == 0 ? 0 : data.longAt(i - 1)));
    return asIs.orSmaller(
            integers(size, i -> (int) data.longAt(i), Optional.empty(), 0, false), codedType)
        .orSmaller(integers(size, deltas, Optional.empty(), 0, true), codedType);
  }

  private static List<CodedStream> integers(
      int size, IntUnaryOperator numbers, Optional<ScaleParts> scales, int ulps, boolean deltas) {
    List<CodedStream> streams = new ArrayList<>();
    int prefix = PositionCode.prefix(size, i -> numbers.applyAsInt(i) != 0);
    Optional<Alphabet> alphabet = Alphabet.of(prefix, numbers, ValueCode.MAX_DIFFERENT);
    PositionCode sparse = PositionCode.of(size, i -> numbers.applyAsInt(i) != 0);
    for (PositionCode positions : denseOr(sparse, prefix)) {
      for (ValueCode values : integerCodes(size, numbers, alphabet, positions)) {
        streams.add(new CodedStream(size, numbers, values, positions, scales, ulps, deltas));
      }
    }
    return streams;
  }

  private static List<ValueCode> integerCodes(
      int size, IntUnaryOperator numbers, Optional<Alphabet> alphabet, PositionCode positions) {
    if (positions.values() == 0) {
      return List.of(ValueCode.integers(0, 0, 0));
    }
    if (alphabet.isPresent()) {
      return ValueCode.integers(positions.isDense() ? alphabet.get() : alphabet.get().without(0));
    }
    int first = Integer.MAX_VALUE;
    int last = Integer.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      first = Math.min(first, numbers.applyAsInt(i));
      last = Math.max(last, numbers.applyAsInt(i));
    }
    return List.of(ValueCode.integers(first, last, positions.values()));
  }

  /** This, or the first of the smallest streams if that is smaller. */
  private WeightEncoding orSmaller(List<CodedStream> streams, int codedType) {
    WeightEncoding best = this;
    for (CodedStream stream : streams) {
      if (stream.bytes() < best.bytes() && stream.bytes() <= Integer.MAX_VALUE) {
        best = new WeightEncoding(data, codedType, Optional.of(stream));
      }
    }
    return best;
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

  private static boolean isBfloat(Tensor data) {
    for (int i = 0; i < data.size(); i++) {
      if ((bits(data, i) & 0xFFFF) != 0) {
        return false;
      }
    }
    return data.size() > 0;
  }

  private static int bits(Tensor data, int i) {
    return Float.floatToRawIntBits(data.floatAt(i));
  }

  /** One of the section types of {@link WeightsFormat}. */
  public int type() {
    return type;
  }

  /** Whether it is symbols for elements, not the elements or one for all. */
  boolean isCoded() {
    return coded.isPresent();
  }

  /** Bytes of the section's data. */
  public long bytes() {
    return coded
        .map(CodedStream::bytes)
        .orElseGet(() -> WeightsFormat.dataBytes(type, count(), 0, 0));
  }

  /** What the bits of the section and of its entry in the directory are spent on. */
  public WeightBits bits() {
    return coded.map(CodedStream::bits).orElseGet(() -> WeightBits.plain(8 * bytes()));
  }

  /** The largest distance of a decoded value from the tensor's in units in the last place. */
  public int ulps() {
    return coded.map(CodedStream::ulps).orElse(0);
  }

  /** For example {@code integers of 4 bits, 64 scales, 1204 of 9216 values, bitmap}. */
  @Override
  public String toString() {
    String text =
        coded
            .map(CodedStream::toString)
            .orElseGet(() -> WeightsFormat.typeName(type).toLowerCase(Locale.ROOT));
    return ulps() > 0 ? text + ", within " + ulps() + " ulp" : text;
  }

  int count() {
    return data.size();
  }

  /** Number of values in a coded section. */
  int p() {
    return coded.map(c -> c.positions().values()).orElse(0);
  }

  /** Bytes of a coded section. */
  int q() {
    return coded.map(c -> Math.toIntExact(c.bytes())).orElse(0);
  }

  void writeTo(LittleEndianSink sink) throws IOException {
    if (coded.isPresent()) {
      coded.get().writeTo(sink);
      return;
    }
    int written = type == WeightsFormat.CONSTANT ? 1 : count();
    for (int i = 0; i < written; i++) {
      switch (type) {
        case WeightsFormat.FP16 -> sink.int16(Half.floatToFp16(data.floatAt(i)));
        case WeightsFormat.BF16 -> sink.int16(Half.floatToBf16(data.floatAt(i)));
        case WeightsFormat.INT8 -> sink.int8((int) data.longAt(i));
        case WeightsFormat.INT16 -> sink.int16((int) data.longAt(i));
        default -> sink.float32(data.floatAt(i));
      }
    }
  }
}
