package dev.coppice.examples.digits;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * Bytes of the files of a compiled model.
 *
 * @param weights the weight file
 * @param classes all class files, where unrolled sparse kernels keep their weights
 * @param jar a jar of just these files
 */
record Footprint(long weights, long classes, long jar) {
  /** Measures the files of {@code model}, a class that Coppice generated. */
  static Footprint of(Class<?> model) throws IOException {
    String name = model.getSimpleName();
    var bytes = new ByteArrayOutputStream();
    long weights = 0;
    long classes = 0;
    try (var jar = new JarOutputStream(bytes)) {
      weights += add(jar, model, name + ".weights").orElse(0);
      classes += add(jar, model, name + ".class").orElse(0);
      Optional<Integer> kernels = add(jar, model, name + "_K0.class");
      for (int k = 1; kernels.isPresent(); k++) {
        classes += kernels.get();
        kernels = add(jar, model, name + "_K" + k + ".class");
      }
    }
    return new Footprint(weights, classes, bytes.size());
  }

  /** Adds a file beside {@code model} and says how long it is, if it exists. */
  private static Optional<Integer> add(JarOutputStream jar, Class<?> model, String file)
      throws IOException {
    try (InputStream in = model.getResourceAsStream(file)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] content = in.readAllBytes();
      jar.putNextEntry(new JarEntry(model.getPackageName().replace('.', '/') + "/" + file));
      jar.write(content);
      jar.closeEntry();
      return Optional.of(content.length);
    }
  }
}
