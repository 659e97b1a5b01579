package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.choice.Planning;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.loop.Target;
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
 * @param codedWeights whether weights of few values stay coded in memory, and are decoded as
 *     kernels come to them: less memory, longer runs
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
    boolean codedWeights,
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
        false,
        Map.of(),
        Map.of(),
        Optional.empty(),
        Planning.DEFAULT,
        OptionalLong.empty(),
        Optional.empty());
  }

  /** This request for a class of another fully qualified name. */
  public CompileRequest named(String name) {
    Copy copy = new Copy(this);
    copy.className = name;
    return copy.request();
  }

  /** This request for another backend. */
  public CompileRequest withBackend(String name) {
    Copy copy = new Copy(this);
    copy.backend = name;
    return copy.request();
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
    Copy copy = new Copy(this);
    copy.threads = count;
    return copy.request();
  }

  /** This request with the weights elsewhere. */
  public CompileRequest withWeights(WeightStorage storage) {
    Copy copy = new Copy(this);
    copy.weights = storage;
    return copy.request();
  }

  /** This request with weights of few values in memory coded, or as kernels read them. */
  public CompileRequest withCodedWeights(boolean coded) {
    Copy copy = new Copy(this);
    copy.codedWeights = coded;
    return copy.request();
  }

  /** This request with these dimensions and inputs bound. */
  public CompileRequest binding(Map<String, List<Integer>> newDims, Map<String, String> newBinds) {
    Copy copy = new Copy(this);
    copy.dims = newDims;
    copy.binds = newBinds;
    return copy.request();
  }

  /** This request for a class that implements {@code type}. */
  public CompileRequest implementing(Implemented type) {
    Copy copy = new Copy(this);
    copy.implemented = Optional.of(type);
    return copy.request();
  }

  /** This request with schedules chosen by {@code other}. */
  public CompileRequest planningBy(Planning other) {
    Copy copy = new Copy(this);
    copy.planning = other;
    return copy.request();
  }

  /** This request with every pass checked on inputs made from {@code seed}. */
  public CompileRequest checkingNumerics(long seed) {
    Copy copy = new Copy(this);
    copy.numericsSeed = OptionalLong.of(seed);
    return copy.request();
  }

  /** This request with the graph dumped to {@code folder} after each pass. */
  public CompileRequest dumpingTo(Path folder) {
    Copy copy = new Copy(this);
    copy.dumpFolder = Optional.of(folder);
    return copy.request();
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

  /** What {@code emitter}'s kernels are made for. */
  public Target target(Emitter emitter) {
    return planning.target(emitter, threads).withCodedWeights(codedWeights);
  }

  /** The components of another request, to be changed. */
  private static final class Copy {
    private final ModelSource model;
    private String className;
    private String backend;
    private int threads;
    private WeightStorage weights;
    private boolean codedWeights;
    private Map<String, List<Integer>> dims;
    private Map<String, String> binds;
    private Optional<Implemented> implemented;
    private Planning planning;
    private OptionalLong numericsSeed;
    private Optional<Path> dumpFolder;

    Copy(CompileRequest of) {
      model = of.model;
      className = of.className;
      backend = of.backend;
      threads = of.threads;
      weights = of.weights;
      codedWeights = of.codedWeights;
      dims = of.dims;
      binds = of.binds;
      implemented = of.implemented;
      planning = of.planning;
      numericsSeed = of.numericsSeed;
      dumpFolder = of.dumpFolder;
    }

    CompileRequest request() {
      return new CompileRequest(
          model,
          className,
          backend,
          threads,
          weights,
          codedWeights,
          dims,
          binds,
          implemented,
          planning,
          numericsSeed,
          dumpFolder);
    }
  }
}
