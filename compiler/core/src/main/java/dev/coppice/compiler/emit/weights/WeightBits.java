package dev.coppice.compiler.emit.weights;

/**
 * What the bits of a section are spent on.
 *
 * @param header the entry in the directory of the file, and how the section is read
 * @param scales factors of integers, and which elements have them
 * @param codebook values that symbols stand for
 * @param tables lengths of Huffman codes
 * @param values values, or symbols for them
 * @param positions where values are among zeros
 * @param padding to a whole number of bytes
 */
public record WeightBits(
    long header,
    long scales,
    long codebook,
    long tables,
    long values,
    long positions,
    long padding) {
  /** All of them: a whole number of bytes. */
  public long total() {
    return header + scales + codebook + tables + values + positions + padding;
  }

  /** Bytes of the section and its entry in the directory. */
  public long bytes() {
    return total() / 8;
  }
}
