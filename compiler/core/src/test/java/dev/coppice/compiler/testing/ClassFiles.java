package dev.coppice.compiler.testing;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads what limits apply to from class files: bytes of code of each method and entries of the
 * constant pool.
 */
public final class ClassFiles {
  private static final int MAGIC = 0xCAFEBABE;

  private ClassFiles() {}

  /**
   * Sizes of one class.
   *
   * @param constantPoolEntries entries of the constant pool
   * @param codeBytes bytes of code by method name and descriptor
   */
  public record Sizes(int constantPoolEntries, Map<String, Integer> codeBytes) {
    /** The longest method. */
    public int longestMethod() {
      return codeBytes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** Bytes of code of the methods of this name. */
    public int codeBytesOf(String method) {
      return codeBytes.entrySet().stream()
          .filter(e -> e.getKey().startsWith(method + "("))
          .mapToInt(Map.Entry::getValue)
          .sum();
    }
  }

  /** Reads a class file. */
  public static Sizes sizes(byte[] classFile) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile))) {
      if (in.readInt() != MAGIC) {
        throw new IllegalArgumentException("not a class file");
      }
      in.skipBytes(4);
      String[] texts = pool(in);
      in.skipBytes(6);
      in.skipBytes(2 * in.readUnsignedShort());
      Map<String, Integer> code = new TreeMap<>();
      members(in, texts, new TreeMap<>());
      members(in, texts, code);
      return new Sizes(texts.length, code);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String[] pool(DataInputStream in) throws IOException {
    String[] texts = new String[in.readUnsignedShort()];
    for (int i = 1; i < texts.length; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts[i] = in.readUTF();
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipBytes(4);
        case 5, 6 -> {
          in.skipBytes(8);
          i++;
        }
        case 7, 8, 16, 19, 20 -> in.skipBytes(2);
        case 15 -> in.skipBytes(3);
        default -> throw new IllegalArgumentException("constant pool tag " + tag);
      }
    }
    return texts;
  }

  private static void members(DataInputStream in, String[] texts, Map<String, Integer> code)
      throws IOException {
    for (int m = in.readUnsignedShort(); m > 0; m--) {
      in.skipBytes(2);
      String name = texts[in.readUnsignedShort()] + texts[in.readUnsignedShort()];
      for (int a = in.readUnsignedShort(); a > 0; a--) {
        String attribute = texts[in.readUnsignedShort()];
        int length = in.readInt();
        if (attribute.equals("Code")) {
          in.skipBytes(4);
          code.put(name, in.readInt());
          length -= 8;
        }
        in.skipNBytes(length);
      }
    }
  }
}
