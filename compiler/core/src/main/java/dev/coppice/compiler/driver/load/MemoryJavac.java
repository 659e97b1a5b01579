package dev.coppice.compiler.driver.load;

import dev.coppice.runtime.Weights;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Runs javac on source text and keeps the class files in memory. */
final class MemoryJavac {
  private MemoryJavac() {}

  /**
   * The class files of {@code sources} by binary name.
   *
   * @param sources source text by fully qualified class name
   * @param options javac options; the class path is the runtime's and need not be given
   * @throws IllegalStateException "compiler bug" with javac's errors if the text does not compile
   */
  static Map<String, byte[]> compile(Map<String, String> sources, List<String> options) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    if (javac == null) {
      throw new UnsupportedOperationException(
          "running a model needs a JDK: this Java runtime has no compiler");
    }
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    List<JavaFileObject> files = new ArrayList<>();
    sources.forEach((name, text) -> files.add(new Source(name, text)));
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(List.of("-proc:none", "-nowarn", "-Xlint:none", "-g:none"));
    arguments.addAll(List.of("-classpath", runtimePath()));
    try (StandardJavaFileManager standard =
            javac.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8);
        Memory memory = new Memory(standard)) {
      if (!javac.getTask(null, memory, problems, arguments, null, files).call()) {
        throw new IllegalStateException(
            "compiler bug: the generated source does not compile: " + errors(problems));
      }
      return memory.classes();
    } catch (IOException e) {
      throw new IllegalStateException("compiler bug: in-memory javac failed", e);
    }
  }

  private static String errors(DiagnosticCollector<JavaFileObject> problems) {
    List<String> errors =
        problems.getDiagnostics().stream()
            .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
            .limit(5)
            .map(d -> d.toString())
            .toList();
    return String.join("\n", errors);
  }

  /** Where the runtime's classes are: a jar, or a folder of classes in a build. */
  private static String runtimePath() {
    try {
      URI location = Weights.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(location).toString() + File.pathSeparator;
    } catch (URISyntaxException e) {
      throw new IllegalStateException("compiler bug: the runtime has no location", e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(URI.create("mem:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class ClassFile extends SimpleJavaFileObject {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ClassFile(String className) {
      super(URI.create("mem:///" + className.replace('.', '/') + ".class"), Kind.CLASS);
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }

  private static final class Memory extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, ClassFile> files = new LinkedHashMap<>();

    Memory(StandardJavaFileManager standard) {
      super(standard);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        JavaFileManager.Location location,
        String className,
        JavaFileObject.Kind kind,
        FileObject sibling) {
      ClassFile file = new ClassFile(className);
      files.put(className, file);
      return file;
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new LinkedHashMap<>();
      files.forEach((name, file) -> classes.put(name, file.bytes.toByteArray()));
      return classes;
    }
  }
}
