package dev.coppice.compiler.compress.evaluate;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.ModelHash;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Judges versions of one model by the same examples. The portable backend is used unless another is
 * asked for, since its numbers are the same on every machine. Equal models are judged once.
 */
public final class Evaluator {
  private final Examples examples;
  private final Metric metric;
  private final String backend;
  private final List<List<Tensor>> originals = new ArrayList<>();
  private final Map<String, Double> known = new LinkedHashMap<>();

  /**
   * An evaluator.
   *
   * @param original the model that metrics compare with
   * @param where what diagnostics about the examples point to
   * @throws CompileException if the metric needs labels and there are none
   */
  public Evaluator(
      Examples examples, Metric metric, String backend, OnnxGraph original, SourceRef where) {
    this.examples = examples;
    this.metric = metric;
    this.backend = backend;
    if (examples.count() == 0 || (metric.needsLabels() && examples.label(0).isEmpty())) {
      throw new CompileException(
          DiagnosticCode.DATA_INVALID,
          where,
          "metric '"
              + metric.name()
              + "' needs labelled examples, and there are "
              + (examples.count() == 0 ? "none" : "no labels")
              + "; name them with 'labels', or choose metric agreement, mse or relative-error");
    }
    if (metric.needsOriginal()) {
      CompiledModel model = CompiledModel.of(original, List.of(), backend);
      originals.addAll(
          CompiledModel.inParallel(examples.count(), i -> model.outputs(examples.inputs(i))));
    }
  }

  /** What models are judged by. */
  public Metric metric() {
    return metric;
  }

  /** The examples. */
  public Examples examples() {
    return examples;
  }

  /** The backend whose numbers count. */
  public String backend() {
    return backend;
  }

  /** This evaluator with the first {@code n} examples alone, for rankings. */
  public Evaluator first(int n) {
    return range(0, Math.min(n, examples.count()));
  }

  /** This evaluator with the examples from {@code from} to before {@code to} alone. */
  public Evaluator range(int from, int to) {
    return new Evaluator(this, from, to);
  }

  private Evaluator(Evaluator all, int from, int to) {
    this.examples = all.examples.range(from, to);
    this.metric = all.metric;
    this.backend = all.backend;
    if (!all.originals.isEmpty()) {
      this.originals.addAll(all.originals.subList(from, to));
    }
  }

  /** The value of the metric for {@code graph}. */
  public double evaluate(OnnxGraph graph) {
    String key = ModelHash.of(graph.toProto());
    Double before = known.get(key);
    if (before != null) {
      return before;
    }
    double value = evaluate(CompiledModel.of(graph, List.of(), backend));
    known.put(key, value);
    return value;
  }

  /** The value of the metric for a compiled model. */
  public double evaluate(CompiledModel model) {
    return evaluate(model::outputs);
  }

  /**
   * The value of the metric for any function of inputs, which several threads may call.
   *
   * @param model makes the outputs of the inputs of an example
   */
  public double evaluate(Function<List<Tensor>, List<Tensor>> model) {
    int[] labels =
        IntStream.range(0, examples.count()).map(i -> examples.label(i).orElse(-1)).toArray();
    List<Double> each =
        CompiledModel.inParallel(
            labels.length,
            i -> {
              List<Tensor> inputs = examples.inputs(i);
              return metric.example(
                  inputs,
                  model.apply(inputs),
                  labels[i],
                  originals.isEmpty() ? List.of() : originals.get(i));
            });
    return metric.total(each.stream().mapToDouble(Double::doubleValue).toArray(), labels);
  }
}
