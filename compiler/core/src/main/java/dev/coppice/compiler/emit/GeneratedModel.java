package dev.coppice.compiler.emit;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What a backend produces.
 *
 * @param sources Java source files, the model class first
 * @param resources files that belong beside the classes
 */
public record GeneratedModel(List<SourceFile> sources, List<Resource> resources) {
  public GeneratedModel {
    sources = List.copyOf(sources);
    resources = List.copyOf(resources);
  }

  /**
   * A Java source file.
   *
   * @param className fully qualified name of its class
   * @param text ASCII text with {@code \n} line ends
   */
  public record SourceFile(String className, String text) {
    /** Path below a source root, with {@code /}. */
    public String path() {
      return className.replace('.', '/') + ".java";
    }
  }

  /**
   * A binary file.
   *
   * @param path path below a class path root, with {@code /}
   * @param content writes it
   */
  public record Resource(String path, Content content) {}

  /** Writes the bytes of a resource; can be asked more than once. */
  @FunctionalInterface
  public interface Content {
    /** Writes the bytes and leaves {@code out} open. */
    void writeTo(OutputStream out) throws IOException;
  }
}
