package dev.coppice.compiler.driver;

import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What is to be compiled, and how.
 *
 * @param model the ONNX model
 * @param className fully qualified name of the generated class
 * @param backend name of an {@link dev.coppice.compiler.emit.Emitter}
 * @param weights where the weights go
 * @param dims sizes of symbolic dimensions by name
 * @param binds values of inputs that become constants, by input name
 * @param implemented an interface for the generated class to implement
 * @param numericsSeed seed of inputs on which every pass is checked; empty for no check
 * @param dumpFolder where the text of the graph goes after each pass; empty for no dumps
 */
public record CompileRequest(
    ModelSource model,
    String className,
    String backend,
    WeightStorage weights,
    Map<String, Integer> dims,
    Map<String, String> binds,
    Optional<Implemented> implemented,
    OptionalLong numericsSeed,
    Optional<Path> dumpFolder) {

  /** The backend that every JVM runs. */
  public static final String PORTABLE = "portable";

  /**
   * An interface that the generated class implements.
   *
   * @param name fully qualified source name, with dots between nested types
   * @param method its method that runs the model
   * @param isPublic whether the generated class is public
   */
  public record Implemented(String name, String method, boolean isPublic) {}

  public CompileRequest {
    dims = Collections.unmodifiableMap(new TreeMap<>(dims));
    binds = Collections.unmodifiableMap(new TreeMap<>(binds));
  }

  /** A portable class with its weights in a resource. */
  public static CompileRequest of(ModelSource model, String className) {
    return new CompileRequest(
        model,
        className,
        PORTABLE,
        WeightStorage.RESOURCE,
        Map.of(),
        Map.of(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }

  /** This request for a class of another fully qualified name. */
  public CompileRequest named(String name) {
    return new CompileRequest(
        model, name, backend, weights, dims, binds, implemented, numericsSeed, dumpFolder);
  }

  /** This request for another backend. */
  public CompileRequest withBackend(String name) {
    return new CompileRequest(
        model, className, name, weights, dims, binds, implemented, numericsSeed, dumpFolder);
  }

  /** This request with the weights elsewhere. */
  public CompileRequest withWeights(WeightStorage storage) {
    return new CompileRequest(
        model, className, backend, storage, dims, binds, implemented, numericsSeed, dumpFolder);
  }

  /** This request with these dimensions and inputs bound. */
  public CompileRequest binding(Map<String, Integer> newDims, Map<String, String> newBinds) {
    return new CompileRequest(
        model,
        className,
        backend,
        weights,
        newDims,
        newBinds,
        implemented,
        numericsSeed,
        dumpFolder);
  }

  /** This request for a class that implements {@code type}. */
  public CompileRequest implementing(Implemented type) {
    return new CompileRequest(
        model,
        className,
        backend,
        weights,
        dims,
        binds,
        Optional.of(type),
        numericsSeed,
        dumpFolder);
  }

  /** This request with every pass checked on inputs made from {@code seed}. */
  public CompileRequest checkingNumerics(long seed) {
    return new CompileRequest(
        model,
        className,
        backend,
        weights,
        dims,
        binds,
        implemented,
        OptionalLong.of(seed),
        dumpFolder);
  }

  /** This request with the graph dumped to {@code folder} after each pass. */
  public CompileRequest dumpingTo(Path folder) {
    return new CompileRequest(
        model,
        className,
        backend,
        weights,
        dims,
        binds,
        implemented,
        numericsSeed,
        Optional.of(folder));
  }

  /** Package of the class; empty for the unnamed one. */
  public String packageName() {
    int dot = className.lastIndexOf('.');
    return dot < 0 ? "" : className.substring(0, dot);
  }

  /** Simple name of the class. */
  public String simpleName() {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
