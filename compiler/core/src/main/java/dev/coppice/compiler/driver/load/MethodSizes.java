package dev.coppice.compiler.driver.load;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bytecode sizes out of class files (JVM specification, chapter 4). */
final class MethodSizes {
  private static final int UTF8 = 1;

  private MethodSizes() {}

  /** Bytes of code of each method of {@code classFile}, by name and descriptor. */
  static Map<String, Integer> of(byte[] classFile) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile))) {
      in.skipBytes(8);
      String[] texts = constants(in);
      in.skipBytes(6);
      in.skipBytes(2 * in.readUnsignedShort());
      members(in, texts);
      return members(in, texts);
    } catch (IOException e) {
      throw new UncheckedIOException("a class file that javac wrote is cut short", e);
    }
  }

  private static String[] constants(DataInputStream in) throws IOException {
    String[] texts = new String[in.readUnsignedShort()];
    for (int i = 1; i < texts.length; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case UTF8 -> texts[i] = in.readUTF();
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipBytes(4);
        case 5, 6 -> {
          in.skipBytes(8);
          i++;
        }
        case 7, 8, 16, 19, 20 -> in.skipBytes(2);
        case 15 -> in.skipBytes(3);
        default -> throw new IOException("constant of kind " + tag);
      }
    }
    return texts;
  }

  private static Map<String, Integer> members(DataInputStream in, String[] texts)
      throws IOException {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    int count = in.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      in.skipBytes(2);
      String member = texts[in.readUnsignedShort()] + texts[in.readUnsignedShort()];
      int attributes = in.readUnsignedShort();
      for (int a = 0; a < attributes; a++) {
        boolean code = "Code".equals(texts[in.readUnsignedShort()]);
        int length = in.readInt();
        if (code) {
          in.skipBytes(4);
          sizes.put(member, in.readInt());
          length -= 8;
        }
        in.skipNBytes(length);
      }
    }
    return sizes;
  }
}
