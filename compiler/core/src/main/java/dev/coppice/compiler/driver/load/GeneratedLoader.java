package dev.coppice.compiler.driver.load;

import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.runtime.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Defines classes and finds resources that are in memory. */
final class GeneratedLoader extends ClassLoader {
  private final Map<String, byte[]> classes;
  private final Map<String, byte[]> resources = new LinkedHashMap<>();

  GeneratedLoader(Map<String, byte[]> classes, List<GeneratedModel.Resource> resources) {
    super(Weights.class.getClassLoader());
    this.classes = classes;
    for (GeneratedModel.Resource r : resources) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        r.content().writeTo(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException("compiler bug: a resource cannot be written to memory", e);
      }
      this.resources.put(r.path(), bytes.toByteArray());
    }
  }

  /** Makes instances of the class named {@code bridge}. */
  @SuppressWarnings("unchecked")
  Supplier<Consumer<Object[]>> constructor(String bridge) {
    try {
      Constructor<?> constructor = loadClass(bridge).getConstructor();
      return () -> {
        try {
          return (Consumer<Object[]>) constructor.newInstance();
        } catch (InvocationTargetException e) {
          throw new IllegalStateException(
              "compiler bug: the generated class cannot be made: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("compiler bug: the bridge has no constructor", e);
        }
      };
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("compiler bug: the bridge was not compiled", e);
    }
  }

  /** The value of a public constant of type String; initializes the class. */
  String constant(String className, String name) {
    try {
      return (String) loadClass(className).getField(name).get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("compiler bug: " + className + " has no " + name, e);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] file = classes.get(name);
    if (file == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, file, 0, file.length);
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    byte[] bytes = resources.get(name);
    return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
  }
}
