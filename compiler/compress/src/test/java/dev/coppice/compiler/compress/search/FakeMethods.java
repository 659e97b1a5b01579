package dev.coppice.compiler.compress.search;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.ExampleSource;
import dev.coppice.compiler.compress.recipe.Limits;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A model of one layer, its data, and methods whose effect is known. */
final class FakeMethods {
  private static final int FEATURES = 64;

  private FakeMethods() {}

  /** {@code merge} does nothing; {@code cut} removes the last inputs of the layer. */
  static List<Method> all() {
    return List.of(
        method("merge", List.of(), options -> session -> {}),
        method(
            "cut",
            List.of("amount"),
            options -> {
              double amount = options.number("amount", 0, 2);
              return session -> {
                if (amount >= 1) {
                  throw new CompileException(
                      DiagnosticCode.RECIPE_INVALID, SourceRef.NONE, "nothing would be left");
                }
                OnnxGraph graph = session.graph();
                Tensor w = graph.constant("w").orElseThrow();
                int kept = (int) Math.round((1 - amount) * FEATURES);
                graph.constant(
                    "w",
                    Tensor.fromDoubles(w.type(), i -> i % FEATURES < kept ? w.doubleAt(i) : 0));
                session.decide("fc", "kept " + kept + " inputs", "");
              };
            }));
  }

  private interface Reader {
    Step read(StepOptions options);
  }

  private static Method method(String name, List<String> keys, Reader reader) {
    return new Method() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String summary() {
        return "Is for tests.";
      }

      @Override
      public List<String> keys() {
        return keys;
      }

      @Override
      public Optional<Step> read(StepOptions options) {
        return options.step(reader.read(options));
      }
    };
  }

  /** Scores of two classes: the sum of the features, and its negative. */
  static OnnxGraph graph() {
    Tensor w =
        Tensor.fromDoubles(
            new dev.coppice.compiler.tensor.TensorType(DType.FLOAT32, Shape.of(2, FEATURES)),
            i -> (i < FEATURES ? 1 : -1) * (1 + i % 7 * 0.01));
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, FEATURES)
            .initializer("w", w)
            .node("fc", "y = Gemm(x, w)", attribute("transB", 1))
            .output("y", DType.FLOAT32, 1, 2)
            .model(13),
        ImportOptions.of("m.onnx"));
  }

  /** Settings with 64 examples, each of one feature; every second is of class 1. */
  static Settings settings() {
    List<List<Tensor>> inputs = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int n = 0; n < 64; n++) {
      float[] x = new float[FEATURES];
      x[n] = n % 2 == 0 ? 1 : -1;
      inputs.add(List.of(Tensor.ofFloats(Shape.of(1, FEATURES), x)));
      // Where nothing is left of an example, both scores are 0 and the first class is taken.
      labels.add(n % 2);
    }
    ExampleSource source =
        new ExampleSource() {
          @Override
          public String name() {
            return "examples";
          }

          @Override
          public String fingerprint() {
            return "examples";
          }

          @Override
          public Examples open(List<Port> ports) {
            return Examples.of(inputs, labels);
          }
        };
    return new Settings(
        1,
        "portable",
        Optional.of(source),
        Optional.empty(),
        Optional.of(source),
        Metric.TOP_1,
        Limits.NONE);
  }
}
