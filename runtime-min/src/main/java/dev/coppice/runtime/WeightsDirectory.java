package dev.coppice.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * The header of a weight file and its directory of sections, read and checked. The layout is {@link
 * WeightsFormat}.
 */
final class WeightsDirectory {
  private static final int TYPE = 0;
  private static final int COUNT = 1;
  private static final int P = 2;
  private static final int Q = 3;
  private static final int ENTRY_INTS = WeightsFormat.ENTRY_BYTES / 4;

  private final WeightsInput in;
  private final int[] entries;
  private final int sections;
  private final int payloadCrc;

  /**
   * Reads header and directory from the front of {@code in}.
   *
   * @throws IllegalStateException if they are damaged, of another version or of another model
   */
  WeightsDirectory(WeightsInput in, String modelHashHex) {
    this.in = in;
    byte[] bytes = in.header(WeightsFormat.HEADER_BYTES);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    checkIdentity(header, modelHashHex);
    sections = header.getInt(40);
    long payloadBytes = header.getLong(44);
    payloadCrc = header.getInt(52);
    long directoryBytes = (long) sections * WeightsFormat.ENTRY_BYTES;
    if (sections < 0 || sections > WeightsFormat.MAX_SECTIONS || payloadBytes < directoryBytes) {
      throw in.damaged(
          "0 to " + WeightsFormat.MAX_SECTIONS + " sections within the payload",
          sections + " sections in " + payloadBytes + " bytes");
    }
    in.payload(payloadBytes);
    byte[] raw = new byte[(int) directoryBytes];
    in.next(raw, 0, raw.length);
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, 56);
    crc.update(raw, 0, raw.length);
    if ((int) crc.getValue() != header.getInt(56)) {
      throw in.damaged(
          "header CRC-32 " + WeightsInput.hex(header.getInt(56)),
          WeightsInput.hex((int) crc.getValue()));
    }
    entries = new int[raw.length / 4];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(entries);
    checkDirectory(payloadBytes - directoryBytes);
  }

  /** Number of sections. */
  int sections() {
    return sections;
  }

  /** CRC-32 of directory and data. */
  int payloadCrc() {
    return payloadCrc;
  }

  /** Type of a section. */
  int type(int section) {
    return entries[section * ENTRY_INTS + TYPE];
  }

  /** Elements of a section. */
  int count(int section) {
    return entries[section * ENTRY_INTS + COUNT];
  }

  /** First parameter of a section. */
  int p(int section) {
    return entries[section * ENTRY_INTS + P];
  }

  /** Second parameter of a section. */
  int q(int section) {
    return entries[section * ENTRY_INTS + Q];
  }

  private void checkIdentity(ByteBuffer header, String modelHashHex) {
    if (header.getInt(0) != WeightsFormat.MAGIC) {
      throw in.error(
          "WeightsForeign",
          "this is no weight file",
          "the letters CPCE at its start",
          WeightsInput.hex(Integer.reverseBytes(header.getInt(0))),
          "Check which file has this name");
    }
    int version = header.getShort(4) & 0xFFFF;
    if (version != WeightsFormat.VERSION) {
      throw in.error(
          "WeightsVersion",
          "the file has another format version",
          "version " + WeightsFormat.VERSION,
          "version " + version,
          "Use the coppice-runtime-min of the version that compiled the model");
    }
    StringBuilder hash = new StringBuilder();
    for (int i = 8; i < 8 + WeightsFormat.HASH_BYTES; i++) {
      hash.append(digit(header.get(i) >> 4)).append(digit(header.get(i)));
    }
    if (!hash.toString().equals(modelHashHex.toLowerCase(Locale.ROOT))) {
      throw in.error(
          "WeightsForeign",
          "the file belongs to another model",
          "model hash " + modelHashHex,
          hash.toString(),
          "Rebuild, so that class and weights come from one model");
    }
  }

  /** The lowest four bits in hexadecimal; a Formatter takes milliseconds in a new JVM. */
  private static char digit(int bits) {
    return Character.forDigit(bits & 0xF, 16);
  }

  private void checkDirectory(long dataBytes) {
    long sum = 0;
    for (int i = 0; i < entries.length; i += ENTRY_INTS) {
      long n =
          WeightsFormat.dataBytes(
              entries[i + TYPE], entries[i + COUNT], entries[i + P], entries[i + Q]);
      if (n < 0 || entries[i + TYPE] == WeightsFormat.ORDER && !isElements(i, entries[i + P])) {
        throw in.damaged(
            "a valid entry of section " + i / ENTRY_INTS,
            WeightsFormat.typeName(entries[i + TYPE]));
      }
      sum += n;
    }
    if (sum != dataBytes) {
      throw in.damaged(sum + " bytes of data", dataBytes + " bytes");
    }
  }

  /** Whether a section follows an entry by so many that is none of an order. */
  private boolean isElements(int entry, int distance) {
    return distance < sections - entry / ENTRY_INTS
        && entries[entry + distance * ENTRY_INTS + TYPE] != WeightsFormat.ORDER;
  }
}
