package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.choice.Planning;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What is to be compiled, and how.
 *
 * @param model the ONNX model
 * @param className fully qualified name of the generated class
 * @param backend a name that {@link dev.coppice.compiler.emit.Emitters} knows
 * @param threads how many threads share the work of a run, the calling one included
 * @param weights where the weights go
 * @param dims sizes of symbolic dimensions by name; several sizes of one become several plans of
 *     one class
 * @param binds values of inputs that become constants, by input name
 * @param implemented an interface for the generated class to implement
 * @param planning what schedules are chosen by
 * @param numericsSeed seed of inputs on which every pass is checked; empty for no check
 * @param dumpFolder where the text of the graph goes after each pass; empty for no dumps
 */
public record CompileRequest(
    ModelSource model,
    String className,
    String backend,
    int threads,
    WeightStorage weights,
    Map<String, List<Integer>> dims,
    Map<String, String> binds,
    Optional<Implemented> implemented,
    Planning planning,
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

  /** Most threads of a run. */
  public static final int MAX_THREADS = 64;

  /** Most combinations of sizes that one class is made for. */
  private static final int MAX_VARIANTS = 64;

  public CompileRequest {
    Map<String, List<Integer>> sizes = new TreeMap<>();
    dims.forEach((name, all) -> sizes.put(name, all.stream().sorted().distinct().toList()));
    dims = Collections.unmodifiableMap(sizes);
    binds = Collections.unmodifiableMap(new TreeMap<>(binds));
  }

  /** A portable class with its weights in a resource. */
  public static CompileRequest of(ModelSource model, String className) {
    return new CompileRequest(
        model,
        className,
        PORTABLE,
        1,
        WeightStorage.RESOURCE,
        Map.of(),
        Map.of(),
        Optional.empty(),
        Planning.DEFAULT,
        OptionalLong.empty(),
        Optional.empty());
  }

  /** This request for a class of another fully qualified name. */
  public CompileRequest named(String name) {
    return new CompileRequest(
        model,
        name,
        backend,
        threads,
        weights,
        dims,
        binds,
        implemented,
        planning,
        numericsSeed,
        dumpFolder);
  }

  /** This request for another backend. */
  public CompileRequest withBackend(String name) {
    return new CompileRequest(
        model,
        className,
        name,
        threads,
        weights,
        dims,
        binds,
        implemented,
        planning,
        numericsSeed,
        dumpFolder);
  }

  /**
   * This request for so many threads.
   *
   * @throws CompileException if there cannot be so many
   */
  public CompileRequest withThreads(int count) {
    if (count < 1 || count > MAX_THREADS) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.NONE,
          "threads are " + count + "; expected 1 to " + MAX_THREADS);
    }
    return new CompileRequest(
        model,
        className,
        backend,
        count,
        weights,
        dims,
        binds,
        implemented,
        planning,
        numericsSeed,
        dumpFolder);
  }

  /** This request with the weights elsewhere. */
  public CompileRequest withWeights(WeightStorage storage) {
    return new CompileRequest(
        model,
        className,
        backend,
        threads,
        storage,
        dims,
        binds,
        implemented,
        planning,
        numericsSeed,
        dumpFolder);
  }

  /** This request with these dimensions and inputs bound. */
  public CompileRequest binding(Map<String, List<Integer>> newDims, Map<String, String> newBinds) {
    return new CompileRequest(
        model,
        className,
        backend,
        threads,
        weights,
        newDims,
        newBinds,
        implemented,
        planning,
        numericsSeed,
        dumpFolder);
  }

  /** This request for a class that implements {@code type}. */
  public CompileRequest implementing(Implemented type) {
    return new CompileRequest(
        model,
        className,
        backend,
        threads,
        weights,
        dims,
        binds,
        Optional.of(type),
        planning,
        numericsSeed,
        dumpFolder);
  }

  /** This request with schedules chosen by {@code other}. */
  public CompileRequest planningBy(Planning other) {
    return new CompileRequest(
        model,
        className,
        backend,
        threads,
        weights,
        dims,
        binds,
        implemented,
        other,
        numericsSeed,
        dumpFolder);
  }

  /** This request with every pass checked on inputs made from {@code seed}. */
  public CompileRequest checkingNumerics(long seed) {
    return new CompileRequest(
        model,
        className,
        backend,
        threads,
        weights,
        dims,
        binds,
        implemented,
        planning,
        OptionalLong.of(seed),
        dumpFolder);
  }

  /** This request with the graph dumped to {@code folder} after each pass. */
  public CompileRequest dumpingTo(Path folder) {
    return new CompileRequest(
        model,
        className,
        backend,
        threads,
        weights,
        dims,
        binds,
        implemented,
        planning,
        numericsSeed,
        Optional.of(folder));
  }

  /**
   * Every combination of the sizes, ascending; one that is empty where no dimension is bound.
   *
   * @throws CompileException if there are too many
   */
  public List<Map<String, Integer>> variants() {
    List<Map<String, Integer>> all = new ArrayList<>();
    all.add(Map.of());
    for (Map.Entry<String, List<Integer>> dim : dims.entrySet()) {
      List<Map<String, Integer>> longer = new ArrayList<>();
      for (Map<String, Integer> before : all) {
        for (int size : dim.getValue()) {
          Map<String, Integer> one = new TreeMap<>(before);
          one.put(dim.getKey(), size);
          longer.add(one);
        }
      }
      all = longer;
      if (all.size() > MAX_VARIANTS) {
        throw new CompileException(
            DiagnosticCode.OPTION_INVALID,
            SourceRef.NONE,
            "the sizes of dimensions " + dims + " combine to more than " + MAX_VARIANTS);
      }
    }
    return all;
  }

  /** This request with one size for each of these dimensions. */
  public CompileRequest with(Map<String, Integer> variant) {
    Map<String, List<Integer>> single = new TreeMap<>();
    variant.forEach((name, size) -> single.put(name, List.of(size)));
    return binding(single, binds);
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
