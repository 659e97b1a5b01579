package dev.coppice.compiler.compress.evaluate;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.driver.measure.KernelTimer;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A model as the class that is generated for it, in this JVM. Beside the model's outputs it can
 * deliver any value of the graph (taps). Several threads may run it: each has an instance of its
 * own.
 */
public final class CompiledModel {
  /** How often a latency is measured at most until it gets no smaller. */
  private static final int MOST_ROUNDS = 8;

  /** Medians that differ by less are the same. */
  private static final double SAME = 0.9;

  private final OnnxGraph graph;
  private final List<String> taps;
  private final CompileResult result;
  private final LoadedModel loaded;
  private final Queue<LoadedModel.Instance> idle = new ConcurrentLinkedQueue<>();

  private CompiledModel(
      OnnxGraph graph, List<String> taps, CompileResult result, LoadedModel loaded) {
    this.graph = graph;
    this.taps = taps;
    this.result = result;
    this.loaded = loaded;
    this.idle.add(loaded.newInstance());
  }

  /**
   * {@code graph}, compiled.
   *
   * @param taps values to deliver beside the outputs
   * @param backend a backend of the compiler
   * @throws dev.coppice.compiler.diag.CompileException if the compiler refuses the model
   * @throws UnsupportedOperationException if this Java runtime has no javac
   */
  public static CompiledModel of(OnnxGraph graph, List<String> taps, String backend) {
    List<String> computed = taps.stream().filter(t -> graph.producer(t).isPresent()).toList();
    List<String> further =
        new LinkedHashSet<>(computed).stream().filter(t -> !graph.isOutput(t)).toList();
    ModelProto model = graph.toProto(further);
    Map<String, List<Integer>> dims = new LinkedHashMap<>();
    graph.options().dims().forEach((name, size) -> dims.put(name, List.of(size)));
    CompileRequest request =
        CompileRequest.of(ModelSource.bytes(graph.name(), new byte[0]), "coppice.measured.Model")
            .withBackend(backend)
            .binding(dims, graph.options().binds());
    ImportedModel imported = ModelCompiler.load(request, model);
    CompileResult result = ModelCompiler.compile(imported, request);
    LoadedModel loaded =
        LoadedModel.load(result.generated(), imported.inputs(), imported.outputs());
    return new CompiledModel(graph, further, result, loaded);
  }

  /** What {@code body} makes of 0 to before {@code count}, in order; all processors compute. */
  static <T> List<T> inParallel(int count, IntFunction<T> body) {
    return IntStream.range(0, count).parallel().mapToObj(body).toList();
  }

  /** The outputs for {@code inputs}, by name: those of the model, then the taps. */
  public Map<String, Tensor> run(List<Tensor> inputs) {
    List<Tensor> values = computed(inputs);
    List<String> names = new ArrayList<>(graph.outputs());
    names.addAll(taps);
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      named.put(names.get(i), values.get(i));
    }
    for (int i = 0; i < graph.inputs().size(); i++) {
      named.putIfAbsent(graph.inputs().get(i), inputs.get(i));
    }
    return named;
  }

  /** The outputs of the model for {@code inputs}, in order. */
  public List<Tensor> outputs(List<Tensor> inputs) {
    return computed(inputs).subList(0, graph.outputs().size());
  }

  private List<Tensor> computed(List<Tensor> inputs) {
    LoadedModel.Instance free = idle.poll();
    LoadedModel.Instance instance = free == null ? loaded.newInstance() : free;
    Object[] arrays = loaded.arrays(inputs);
    instance.accept(arrays);
    idle.add(instance);
    return loaded.outputs(arrays);
  }

  /**
   * Median time of a run on {@code inputs} in microseconds, measured for {@code seconds} when the
   * JIT is idle, and again until neither it nor the JIT has anything to show for the time since: on
   * a machine that has other things to do, large kernels are compiled late.
   */
  public double medianMicros(List<Tensor> inputs, double seconds) {
    LoadedModel.Instance instance = loaded.newInstance();
    Object[] arrays = loaded.arrays(inputs);
    Runnable run = () -> instance.accept(arrays);
    instance.warmUp();
    KernelTimer timer = KernelTimer.of(System::nanoTime);
    double median = Double.POSITIVE_INFINITY;
    boolean goesOn = true;
    for (int round = 0; goesOn && round < MOST_ROUNDS; round++) {
      double before = median;
      long compiled = timer.jit().getAsLong();
      timer.warmUp(List.of(run));
      median = Math.min(median, Latency.measure(run, seconds, () -> {}).medianMicros());
      goesOn = median < SAME * before || timer.jit().getAsLong() != compiled;
    }
    return median;
  }

  /** What the compiler says of it. */
  public CompileReport report() {
    return result.report();
  }

  /** The class in this JVM. */
  public LoadedModel loaded() {
    return loaded;
  }

  /** Bytes of the resources, in which the weights are. */
  public long resourceBytes() {
    long bytes = 0;
    for (GeneratedModel.Resource resource : result.generated().resources()) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      try {
        resource.content().writeTo(content);
      } catch (IOException e) {
        throw new UncheckedIOException("compiler bug: memory cannot be written to", e);
      }
      bytes += content.size();
    }
    return bytes;
  }

  /** Bytes of the class files. */
  public long classBytes() {
    return loaded.classBytes().values().stream().mapToLong(Integer::longValue).sum();
  }
}
