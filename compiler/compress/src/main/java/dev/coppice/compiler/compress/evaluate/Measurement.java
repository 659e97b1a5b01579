package dev.coppice.compiler.compress.evaluate;

import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.MemoryMap;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a model is worth and what it costs: as the class that is generated for it, measured in this
 * JVM. All but the latencies is the same on every machine.
 *
 * @param score the metric; empty where there is no evaluation data
 * @param parameters elements of the model's constants
 * @param weightBytes bytes of the resources that the class loads its weights from
 * @param fileBytes bytes of the ONNX file
 * @param macs multiply-accumulate operations of one run
 * @param executedMacs those that remain where a schedule takes fewer
 * @param arenaBytes bytes of the intermediate values
 * @param scratchBytes bytes in which kernels compute
 * @param classBytes bytes of the class files
 * @param jarBytes bytes of a jar with classes and resources, compressed as jars are
 * @param latencyMicros median time of a run in microseconds by backend; empty if not measured
 * @param memory what lies where in the arenas
 */
public record Measurement(
    Optional<Double> score,
    long parameters,
    long weightBytes,
    long fileBytes,
    long macs,
    long executedMacs,
    long arenaBytes,
    long scratchBytes,
    long classBytes,
    long jarBytes,
    Map<String, Double> latencyMicros,
    MemoryMap memory) {
  private static final String VECTOR_BACKEND = "vector";

  public Measurement {
    latencyMicros = Collections.unmodifiableMap(new LinkedHashMap<>(latencyMicros));
  }

  /**
   * How models are measured.
   *
   * @param backend the backend whose class sizes and memory count
   * @param latencyBackends the backends that are timed
   * @param seconds how long each of them is timed, after half of it unmeasured
   */
  public record Plan(String backend, List<String> latencyBackends, double seconds) {
    public Plan {
      latencyBackends = List.copyOf(latencyBackends);
      if (!(seconds >= 0)) {
        throw new IllegalArgumentException("seconds " + seconds);
      }
    }

    /** Sizes and operations alone. */
    public static Plan sizes(String backend) {
      return new Plan(backend, List.of(), 0);
    }

    /** Also the latency on every backend that this JVM can run, with {@code seconds} for each. */
    public static Plan timed(String backend, double seconds) {
      boolean vectors = ModuleLayer.boot().findModule(GeneratedModel.VECTOR_MODULE).isPresent();
      return new Plan(
          backend, vectors ? List.of("portable", VECTOR_BACKEND) : List.of("portable"), seconds);
    }
  }

  /**
   * Measures {@code graph}.
   *
   * @param evaluator gives the score
   * @throws dev.coppice.compiler.diag.CompileException if the compiler refuses the model
   */
  public static Measurement of(OnnxGraph graph, Optional<Evaluator> evaluator, Plan plan) {
    CompiledModel model = CompiledModel.of(graph, List.of(), plan.backend());
    CompileReport report = model.report();
    Map<String, Double> latencies = new LinkedHashMap<>();
    for (String backend : plan.latencyBackends()) {
      CompiledModel timed =
          backend.equals(plan.backend()) ? model : CompiledModel.of(graph, List.of(), backend);
      latencies.put(backend, timed.medianMicros(inputs(report), plan.seconds()));
    }
    return new Measurement(
        evaluator.map(e -> e.evaluate(graph)),
        report.overview().parameters(),
        model.resourceBytes(),
        graph.toProto().getSerializedSize(),
        MultiplyAdds.of(graph),
        report.executedMacs(),
        report.arenaBytes(),
        report.scratchBytes(),
        model.classBytes(),
        model.loaded().jarBytes(),
        latencies,
        report.memory());
  }

  /** The same with another score. */
  public Measurement withScore(Optional<Double> other) {
    return new Measurement(
        other,
        parameters,
        weightBytes,
        fileBytes,
        macs,
        executedMacs,
        arenaBytes,
        scratchBytes,
        classBytes,
        jarBytes,
        latencyMicros,
        memory);
  }

  /** Inputs that do not depend on data, so that a model without examples can be timed. */
  private static List<Tensor> inputs(CompileReport report) {
    SplittableRandom random = new SplittableRandom(1);
    List<Tensor> inputs = new ArrayList<>();
    report
        .inputs()
        .forEach(
            p ->
                inputs.add(
                    SeededInputs.tensor(new TensorType(p.dtype(), p.shape()), random.split())));
    return inputs;
  }
}
