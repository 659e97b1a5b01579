package dev.coppice.compiler.emit;

import dev.coppice.compiler.emit.weights.StoredWeights;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;

/**
 * What a backend produces.
 *
 * @param sources Java source files, the model class first
 * @param resources files that belong beside the classes
 * @param vectorApi what the classes have to do with the Vector API
 * @param stored the account of the weights, be they a resource or constants of classes
 */
public record GeneratedModel(
    List<SourceFile> sources, List<Resource> resources, VectorApi vectorApi, StoredWeights stored) {
  /** The module of the Vector API. */
  public static final String VECTOR_MODULE = "jdk.incubator.vector";

  public GeneratedModel {
    sources = List.copyOf(sources);
    resources = List.copyOf(resources);
  }

  /** Whether classes are compiled with the Vector API, and whether they run without it. */
  public enum VectorApi {
    /** Plain Java 8. */
    UNUSED,
    /** Compiled with it, and used where the JVM has it. */
    OPTIONAL,
    /** Compiled with it; they run nowhere else. */
    REQUIRED
  }

  /** What javac needs for the sources of these models together. */
  public static List<String> javacOptions(Collection<GeneratedModel> models) {
    return models.stream().allMatch(m -> m.vectorApi == VectorApi.UNUSED)
        ? List.of("--release", "8")
        : List.of("--add-modules", VECTOR_MODULE);
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
