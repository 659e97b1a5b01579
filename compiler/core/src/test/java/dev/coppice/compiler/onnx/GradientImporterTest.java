package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.Stages;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives equal difference quotients. */
final class GradientImporterTest {
  private static final double STEP = 1e-5;

  private static NodeProto gradient(String call, String y, String... xs) {
    return OnnxModels.nodeOf("", call, attribute("xs", xs), attribute("y", y)).toBuilder()
        .setDomain("ai.onnx.preview.training")
        .build();
  }

  private static OnnxModels graph(String... calls) {
    OnnxModels graph =
        OnnxModels.graph().input("x", DType.FLOAT64, 2, 3).input("w", DType.FLOAT64, 3);
    for (String call : calls) {
      graph.node(call);
    }
    return graph;
  }

  private static Tensor random(Random r, int... dims) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT64, dims), i -> .3 + r.nextDouble());
  }

  private static double sum(Tensor t) {
    double sum = 0;
    for (int i = 0; i < t.size(); i++) {
      sum += t.doubleAt(i);
    }
    return sum;
  }

  private static Tensor moved(Tensor t, int at, double by) {
    return Tensor.fromDoubles(t.type(), i -> t.doubleAt(i) + (i == at ? by : 0));
  }

  private static ModelProto model(OnnxModels graph) {
    return graph
        .node(gradient("dx, dw = Gradient(x, w)", "y", "x", "w"))
        .output("y")
        .output("dx", DType.FLOAT64, 2, 3)
        .output("dw", DType.FLOAT64, 3)
        .model(17);
  }

  private static void checked(OnnxModels graph) {
    Graph imported = Imports.graph(model(graph));
    Random r = new Random(1);
    List<Tensor> at = List.of(random(r, 2, 3), random(r, 3));
    List<Tensor> results = Stages.run(imported, List.of(at)).get(0);
    ReferenceInterpreter interpreter = new ReferenceInterpreter(imported);
    for (int k = 0; k < 2; k++) {
      for (int i = 0; i < at.get(k).size(); i++) {
        double up = sum(interpreter.run(with(at, k, moved(at.get(k), i, STEP))).get(0));
        double down = sum(interpreter.run(with(at, k, moved(at.get(k), i, -STEP))).get(0));
        double expected = (up - down) / (2 * STEP);
        assertEquals(expected, results.get(1 + k).doubleAt(i), 1e-6 * (1 + Math.abs(expected)));
      }
    }
  }

  private static List<Tensor> with(List<Tensor> all, int k, Tensor other) {
    return k == 0 ? List.of(other, all.get(1)) : List.of(all.get(0), other);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Abs",
        "Cos",
        "Exp",
        "Identity",
        "Log",
        "Neg",
        "Reciprocal",
        "Relu",
        "Sigmoid",
        "Sin",
        "Softmax",
        "Softplus",
        "Sqrt",
        "Tanh"
      })
  void ofOneOperand(String op) {
    checked(graph("s = Mul(x, w)", "t = " + op + "(s)", "y = Mul(t, t)"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Pow"})
  void ofTwoBroadcastOperands(String op) {
    checked(graph("t = " + op + "(x, w)", "u = " + op + "(w, x)", "y = Mul(t, u)"));
  }

  @Test
  void ofShapesAndProducts() {
    checked(
        graph(
            "t = Transpose(x)",
            "p = MatMul(x, t)",
            "m = ReduceMean(p)",
            "q = Mul(x, w)",
            "s = ReduceSum(q)",
            "y = Mul(m, s)"));
  }

  @Test
  void isTakenWhereTheOperandsSay() {
    OnnxModels graph =
        OnnxModels.graph()
            .input("x", DType.FLOAT64)
            .input("at", DType.FLOAT64)
            .node("y = Mul(x, x)")
            .node(gradient("d = Gradient(at)", "y", "x"))
            .output("y")
            .output("d", DType.FLOAT64);
    Tensor x = Tensor.fromDoubles(TensorType.of(DType.FLOAT64), i -> 3);
    Tensor at = Tensor.fromDoubles(TensorType.of(DType.FLOAT64), i -> 5);
    List<Tensor> results =
        Stages.run(Imports.graph(graph.model(17)), List.of(List.of(x, at))).get(0);
    assertEquals(9, results.get(0).doubleAt(0));
    assertEquals(10, results.get(1).doubleAt(0));
  }

  @Test
  void whatHasNoDerivativeIsRefused() {
    refused(
        model(graph("f = Floor(x)", "y = Mul(f, w)")),
        "[UnsupportedAttribute] m.onnx, node 'dx' (Gradient): attribute 'y' is not supported; no"
            + " derivative is known of Floor in node 'f'. Re-export the model without it.");
  }
}
