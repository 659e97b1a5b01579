package dev.coppice.compiler.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java source to classes in memory and loads them beside resources. */
public final class InMemoryJavac {
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> resources = new TreeMap<>();
  private final Map<String, ByteArrayOutputStream> classes = new TreeMap<>();

  /** Adds a source file of this fully qualified class. */
  public InMemoryJavac source(String className, String text) {
    sources.put(className, text);
    return this;
  }

  /** Adds a resource at this path. */
  public InMemoryJavac resource(String path, byte[] bytes) {
    resources.put(path, bytes);
    return this;
  }

  /**
   * Compiles what was added.
   *
   * @return class files by binary name
   * @throws AssertionError with javac's messages if there is any error or warning
   */
  public Map<String, byte[]> compile(String... options) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
    JavaFileManager files =
        new ForwardingJavaFileManager<JavaFileManager>(
            javac.getStandardFileManager(messages, Locale.ROOT, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            classes.put(name, bytes);
            return new SimpleJavaFileObject(URI.create("mem:///" + name + ".class"), kind) {
              @Override
              public OutputStream openOutputStream() {
                return bytes;
              }
            };
          }
        };
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(unit(name, text)));
    boolean done = javac.getTask(null, files, messages, List.of(options), null, units).call();
    StringBuilder text = new StringBuilder();
    for (Diagnostic<?> d : messages.getDiagnostics()) {
      // That the Vector API is incubating is no fault of the source.
      if (!d.getCode().equals("compiler.warn.incubating.modules")) {
        text.append(d).append('\n');
      }
    }
    if (!done || text.length() > 0) {
      throw new AssertionError("javac says:\n" + text + String.join("\n", sources.values()));
    }
    Map<String, byte[]> result = new TreeMap<>();
    classes.forEach((name, bytes) -> result.put(name, bytes.toByteArray()));
    return result;
  }

  private static JavaFileObject unit(String name, String text) {
    URI uri = URI.create("mem:///" + name.replace('.', '/') + ".java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** A loader of the compiled classes and the resources; call {@link #compile} first. */
  public ClassLoader loader() {
    return new ClassLoader(InMemoryJavac.class.getClassLoader()) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        ByteArrayOutputStream bytes = classes.get(name);
        if (bytes == null) {
          throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes.toByteArray(), 0, bytes.size());
      }

      @Override
      public InputStream getResourceAsStream(String name) {
        byte[] bytes = resources.get(name);
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
      }

      @Override
      protected java.net.URL findResource(String name) {
        byte[] bytes = resources.get(name);
        if (bytes == null) {
          return null;
        }
        try {
          return new java.net.URL(
              null,
              "mem:///" + name,
              new java.net.URLStreamHandler() {
                @Override
                protected java.net.URLConnection openConnection(java.net.URL url) {
                  return new java.net.URLConnection(url) {
                    @Override
                    public void connect() {}

                    @Override
                    public InputStream getInputStream() {
                      return new ByteArrayInputStream(bytes);
                    }
                  };
                }
              });
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    };
  }
}
