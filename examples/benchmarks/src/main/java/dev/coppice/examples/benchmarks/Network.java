package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.ModelSource;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A network to measure.
 *
 * @param name what tables call it
 * @param group where it counts
 * @param source reads or makes the model
 * @param dims sizes of its symbolic dimensions
 * @param binds values of inputs that are constants
 */
record Network(
    String name,
    Group group,
    Supplier<ModelSource> source,
    Map<String, Integer> dims,
    Map<String, String> binds) {

  /** Which mean a network is part of. */
  enum Group {
    /** Float networks as they are published: the geometric mean is theirs. */
    DENSE,
    /** Float networks that are only measured against the core. */
    LARGE,
    /** Networks most of whose weights are zero or one bit. */
    COMPRESSED
  }

  Network {
    dims = Map.copyOf(dims);
    binds = Map.copyOf(binds);
  }

  /** A network without symbols. */
  static Network of(String name, Group group, Supplier<ModelSource> source) {
    return new Network(name, group, source, Map.of(), Map.of());
  }

  /**
   * A request to compile it.
   *
   * @param backend its name, with the number of threads behind a colon if there are several
   */
  CompileRequest request(ModelSource model, String className, String backend) {
    String[] parts = backend.split(":", 2);
    return CompileRequest.of(model, className)
        .binding(Map.of(), binds)
        .with(dims)
        .withBackend(parts[0])
        .withThreads(parts.length == 1 ? 1 : Integer.parseInt(parts[1]));
  }
}
