package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.Half;
import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a coded section writes a value: the bits of a float, or integers.
 *
 * @param kind what symbols stand for, a constant of {@link WeightsFormat}
 * @param width bits of a symbol, or {@link WeightsFormat#HUFFMAN}
 * @param first what symbol 0 stands for, of integers
 * @param book what symbols stand for, of codebooks: the bits of floats, or integers
 * @param huffman the code of symbols, if they have one
 * @param bits bits of all values
 */
record ValueCode(
    int kind,
    int width,
    int first,
    Optional<Alphabet> book,
    Optional<HuffmanCode> huffman,
    long bits) {
  /** Most different values that are looked at for a codebook or a Huffman code. */
  static final int MAX_DIFFERENT = 512;

  /** Values as they are: {@link WeightsFormat#FLOATS}, halves or bfloats. */
  static ValueCode plain(int kind, int values) {
    int width = kind == WeightsFormat.FLOATS ? 32 : 16;
    return new ValueCode(kind, width, 0, Optional.empty(), Optional.empty(), (long) values * width);
  }

  /** Integers from {@code first} to {@code last} in a fixed number of bits. */
  static ValueCode integers(int first, int last, int values) {
    int width = widthOf(last - first + 1);
    return new ValueCode(
        WeightsFormat.INTEGERS,
        width,
        first,
        Optional.empty(),
        Optional.empty(),
        (long) values * width);
  }

  /** The codes for integers that occur as often as {@code alphabet} says. */
  static List<ValueCode> integers(Alphabet alphabet) {
    List<ValueCode> codes = new ArrayList<>();
    int[] numbers = alphabet.numbers();
    int first = numbers[0];
    int last = numbers[numbers.length - 1];
    codes.add(integers(first, last, (int) alphabet.total()));
    if (last - first < MAX_DIFFERENT) {
      long[] counts = new long[last - first + 1];
      for (int i = 0; i < numbers.length; i++) {
        counts[numbers[i] - first] = alphabet.counts()[i];
      }
      HuffmanCode code = HuffmanCode.of(counts);
      codes.add(
          new ValueCode(
              WeightsFormat.INTEGERS,
              WeightsFormat.HUFFMAN,
              first,
              Optional.empty(),
              Optional.of(code),
              code.bits(counts)));
    }
    if (first >= Short.MIN_VALUE && last <= Short.MAX_VALUE) {
      codes.addAll(books(WeightsFormat.BOOK_INT16, alphabet));
    }
    return codes;
  }

  /** The codes with a codebook of {@code kind}. */
  static List<ValueCode> books(int kind, Alphabet alphabet) {
    int width = widthOf(alphabet.size());
    Optional<Alphabet> book = Optional.of(alphabet);
    HuffmanCode code = HuffmanCode.of(alphabet.counts());
    return List.of(
        new ValueCode(kind, width, 0, book, Optional.empty(), alphabet.total() * width),
        new ValueCode(
            kind, WeightsFormat.HUFFMAN, 0, book, Optional.of(code), code.bits(alphabet.counts())));
  }

  /** Bits that tell {@code symbols} apart. */
  private static int widthOf(int symbols) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(symbols - 1);
  }

  /** Bytes of what symbols stand for. */
  int bookBytes() {
    int entry = kind == WeightsFormat.BOOK_FLOAT ? 4 : 2;
    return kind == WeightsFormat.INTEGERS ? 4 : book.map(b -> 2 + entry * b.size()).orElse(0);
  }

  /** Bytes of the table of the code, if there is one. */
  int tableBytes() {
    return huffman.map(h -> (book.isPresent() ? 0 : 2) + h.tableBytes()).orElse(0);
  }

  void writeTables(LittleEndianSink sink) throws IOException {
    if (book.isPresent()) {
      sink.int16(book.get().size());
    } else if (huffman.isPresent()) {
      sink.int16(huffman.get().size());
    }
    if (kind == WeightsFormat.INTEGERS) {
      sink.int32(first);
    }
    if (book.isPresent()) {
      for (int number : book.get().numbers()) {
        switch (kind) {
          case WeightsFormat.BOOK_FLOAT -> sink.int32(number);
          case WeightsFormat.BOOK_HALF -> sink.int16(half(number));
          default -> sink.int16(number);
        }
      }
    }
    if (huffman.isPresent()) {
      huffman.get().writeTable(sink);
    }
  }

  /** Writes a value: the bits of a float, or an integer. */
  void write(int number, BitSink sink) throws IOException {
    int symbol =
        switch (kind) {
          case WeightsFormat.FLOATS -> number;
          case WeightsFormat.HALVES -> half(number);
          case WeightsFormat.BFLOATS -> number >>> 16;
          case WeightsFormat.INTEGERS -> number - first;
          default -> book.map(b -> b.indexOf(number)).orElseThrow();
        };
    if (huffman.isPresent()) {
      huffman.get().write(symbol, sink);
    } else {
      sink.put(symbol, width);
    }
  }

  private static int half(int bits) {
    return Half.floatToFp16(Float.intBitsToFloat(bits));
  }

  /** For people. */
  @Override
  public String toString() {
    String what =
        switch (kind) {
          case WeightsFormat.FLOATS -> "float32";
          case WeightsFormat.HALVES -> "float16";
          case WeightsFormat.BFLOATS -> "bfloat16";
          case WeightsFormat.INTEGERS -> "integers";
          default -> "codebook of " + book.map(Alphabet::size).orElse(0);
        };
    if (huffman.isPresent()) {
      return what + ", Huffman-coded";
    }
    return book.isPresent() || kind == WeightsFormat.INTEGERS
        ? what + (book.isPresent() ? ", " : " of ") + width + (width == 1 ? " bit" : " bits")
        : what;
  }
}
