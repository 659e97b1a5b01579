package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.ExampleSource;
import dev.coppice.compiler.compress.recipe.Limits;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A small run whose model has names that would be markup if they were not escaped. */
final class Reports {
  static final String HOSTILE =
      "</script></style></title><img src=x onerror=\"window.hacked=1\"><!--'&";

  static final String RECIPE = "steps:\n  - {method: halve} # </pre>" + HOSTILE + "\n";

  private Reports() {}

  /** A residual network with a node that no name is safe for. */
  static OnnxGraph graph() {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2, 6, 6)
            .output("y", DType.FLOAT32, 1, 3)
            .initializer("w1", random(1, 4, 2, 3, 3))
            .initializer("w2", random(2, 4, 4, 3, 3))
            .initializer("w3", random(3, 4, 3))
            .node(HOSTILE, "a = Conv(x, w1)", OnnxModels.attribute("pads", new int[] {1, 1, 1, 1}))
            .node("r = Relu(a)")
            .node("c2", "b = Conv(r, w2)", OnnxModels.attribute("pads", new int[] {1, 1, 1, 1}))
            .node("s = Add(b, r)")
            .node("n = Neg(s)")
            .node("m = Neg(n)")
            .node("p = GlobalAveragePool(m)")
            .node("f = Flatten(p)")
            .node("fc", "y = MatMul(f, w3)")
            .model(17),
        ImportOptions.of(HOSTILE + ".onnx"));
  }

  static Tensor random(long seed, int... dims) {
    SplittableRandom random = new SplittableRandom(seed);
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, dims), i -> random.nextDouble() * 2 - 1);
  }

  /** Removes two nodes, adds one, changes the weights of one. */
  static void halve(Session session) {
    OnnxGraph graph = session.graph();
    NodeProto pool = graph.producer("p").orElseThrow();
    graph.replace(pool, Nodes.withInput(pool, 0, "s"));
    NodeProto fc = graph.producer("y").orElseThrow();
    graph.replace(
        fc,
        List.of(
            Nodes.of("Identity", "added" + HOSTILE, List.of("f"), List.of("g")),
            Nodes.withInput(fc, 0, "g")));
    Tensor w2 = graph.constant("w2").orElseThrow();
    graph.constant(
        "w2", Tensor.fromDoubles(w2.type(), i -> i % 2 == 0 ? 0 : w2.doubleAt(i) * 1.01));
    graph.sweep();
    session.sensitivity(HOSTILE, "int8 " + HOSTILE, "agreement", 0.25);
    session.sensitivity("c2", "50 %", "agreement", 1.5);
    session.decide("c2", "every second weight is zero", HOSTILE);
    session.record(
        new Curve(
            HOSTILE,
            "fraction " + HOSTILE,
            "score",
            List.of(new Curve.Point(0, 100), new Curve.Point(0.5, 90))));
  }

  static Examples examples() {
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      inputs.add(List.of(random(100 + i, 1, 2, 6, 6)));
    }
    return Examples.of(inputs, List.of());
  }

  private static final class Memory implements ExampleSource {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public String fingerprint() {
      return "memory";
    }

    @Override
    public Examples open(List<Port> inputs) {
      return examples();
    }
  }

  /** The run of one step. */
  static RunReport run(Step step, Measurement.Plan plan) {
    Settings settings =
        new Settings(
            7,
            "portable",
            Optional.of(new Memory()),
            Optional.empty(),
            Optional.of(new Memory()),
            Metric.named("agreement").orElseThrow(),
            Limits.NONE);
    Recipe recipe =
        new Recipe("recipe.yaml", settings, List.of(new Recipe.Stage("halve", 2, RECIPE, step)));
    Compressor.Result result =
        Compressor.compress(graph(), recipe, new DiagnosticSink(), Progress.NONE);
    return RunReport.of(
        result,
        RECIPE,
        settings,
        plan,
        List.of(point("one " + HOSTILE, 100, 1000, false), point("two", 99, 500, true)),
        List.of("note " + HOSTILE),
        Progress.NONE);
  }

  private static RunReport.ParetoPoint point(
      String what, double score, double bytes, boolean chosen) {
    Map<String, Double> cost = new LinkedHashMap<>();
    cost.put("weight bytes " + HOSTILE, bytes);
    return new RunReport.ParetoPoint(what, score, cost, chosen);
  }

  /** The report on {@link #halve}, without latencies. */
  static RunReport report() {
    return run(Reports::halve, Measurement.Plan.sizes("portable"));
  }
}
