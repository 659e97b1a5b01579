package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.WeightsFormat;

/**
 * What the bits of a section are spent on.
 *
 * @param header the entry in the directory of the file, and how the section is read
 * @param scales factors of integers, and which elements have them
 * @param codebook values that symbols stand for
 * @param tables lengths of Huffman codes
 * @param values values, or symbols for them
 * @param positions where values are among zeros
 * @param order the order in which the elements of another section are read
 * @param padding to a whole number of bytes
 */
public record WeightBits(
    long header,
    long scales,
    long codebook,
    long tables,
    long values,
    long positions,
    long order,
    long padding) {
  /** A section of nothing but values. */
  static WeightBits plain(long values) {
    return new WeightBits(8L * WeightsFormat.ENTRY_BYTES, 0, 0, 0, values, 0, 0, 0);
  }

  /** A section of nothing but an order. */
  static WeightBits order(long order) {
    return new WeightBits(8L * WeightsFormat.ENTRY_BYTES, 0, 0, 0, 0, 0, order, 0);
  }

  /** All of them: a whole number of bytes. */
  public long total() {
    return header + scales + codebook + tables + values + positions + order + padding;
  }

  /** Bytes of the section and its entry in the directory. */
  public long bytes() {
    return total() / 8;
  }
}
