package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import com.google.protobuf.ByteString;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto.AttributeType;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modes of the recurrent operators that the ONNX vectors leave out, against ONNX Runtime. */
final class RecurrentImporterTest {
  private static final int STEPS = 5;
  private static final int BATCH = 3;
  private static final int INPUT = 4;
  private static final int HIDDEN = 6;

  private static Tensor random(SplittableRandom r, int... dims) {
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, dims), i -> (float) (r.nextDouble() - 0.5));
  }

  private static AttributeProto texts(String name, String... values) {
    AttributeProto.Builder a =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.STRINGS);
    for (String v : values) {
      a.addStrings(ByteString.copyFromUtf8(v));
    }
    return a.build();
  }

  private static AttributeProto[] attributes(
      String op, String direction, String mode, int directions) {
    List<AttributeProto> all = new ArrayList<>();
    all.add(attribute("direction", direction));
    all.add(attribute("hidden_size", HIDDEN));
    if (mode.equals("clip")) {
      all.add(attribute("clip", 0.3f));
    }
    if (mode.equals("reset") && op.equals("GRU")) {
      all.add(attribute("linear_before_reset", 1));
    }
    if (mode.equals("coupled") && op.equals("LSTM")) {
      all.add(attribute("input_forget", 1));
    }
    if (mode.equals("functions")) {
      String[] one =
          switch (op) {
            case "RNN" -> new String[] {"LeakyRelu"};
            case "GRU" -> new String[] {"HardSigmoid", "Softsign"};
            default -> new String[] {"HardSigmoid", "Elu", "ScaledTanh"};
          };
      String[] names = new String[one.length * directions];
      for (int i = 0; i < names.length; i++) {
        names[i] = one[i % one.length];
      }
      all.add(texts("activations", names));
      if (op.equals("RNN")) {
        all.add(attribute("activation_alpha", new float[] {0.2f, 0.4f}));
      }
    }
    return all.toArray(AttributeProto[]::new);
  }

  @ParameterizedTest
  @CsvSource({
    "RNN, forward, plain",
    "RNN, reverse, lengths",
    "RNN, bidirectional, functions",
    "RNN, bidirectional, clip",
    "GRU, forward, plain",
    "GRU, reverse, reset",
    "GRU, bidirectional, lengths",
    "GRU, forward, functions",
    "GRU, bidirectional, reset",
    "GRU, forward, clip",
    "LSTM, forward, plain",
    "LSTM, reverse, lengths",
    "LSTM, bidirectional, peepholes",
    "LSTM, forward, coupled",
    "LSTM, bidirectional, lengths",
    "LSTM, forward, clip"
  })
  void agreesWithOnnxRuntime(String op, String direction, String mode) {
    int directions = direction.equals("bidirectional") ? 2 : 1;
    int gates = op.equals("RNN") ? 1 : op.equals("GRU") ? 3 : 4;
    SplittableRandom r = new SplittableRandom(op.hashCode() + mode.hashCode());
    boolean lengths = mode.equals("lengths");
    boolean peepholes = mode.equals("peepholes");
    boolean lstm = op.equals("LSTM");
    OnnxModels graph =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, STEPS, BATCH, INPUT)
            .input("h0", DType.FLOAT32, directions, BATCH, HIDDEN)
            .initializer("w", random(r, directions, gates * HIDDEN, INPUT))
            .initializer("r", random(r, directions, gates * HIDDEN, HIDDEN))
            .initializer("b", random(r, directions, 2 * gates * HIDDEN));
    List<Tensor> inputs = new ArrayList<>();
    inputs.add(random(r, STEPS, BATCH, INPUT));
    inputs.add(random(r, directions, BATCH, HIDDEN));
    if (lengths) {
      graph.input("n", DType.INT32, BATCH);
      inputs.add(Tensor.fromLongs(TensorType.of(DType.INT32, BATCH), i -> new int[] {5, 2, 3}[i]));
    }
    if (lstm) {
      graph.initializer("c0", random(r, directions, BATCH, HIDDEN));
      if (peepholes) {
        graph.initializer("p", random(r, directions, 3 * HIDDEN));
      }
    }
    String call =
        (lstm ? "y, yh, yc = " : "y, yh = ")
            + op
            + "(x, w, r, b, "
            + (lengths ? "n" : "")
            + ", h0"
            + (lstm ? ", c0" + (peepholes ? ", p" : "") : "")
            + ")";
    graph.node("cell", call, attributes(op, direction, mode, directions));
    graph.output("y", DType.FLOAT32).output("yh", DType.FLOAT32);
    if (lstm) {
      graph.output("yc", DType.FLOAT32);
    }
    RuntimeOracle.assertAgrees(untyped(graph), inputs, 1e-5, 0);
  }

  private static ModelProto untyped(OnnxModels graph) {
    var model = graph.model(14).toBuilder();
    model
        .getGraphBuilder()
        .getOutputBuilderList()
        .forEach(o -> o.getTypeBuilder().getTensorTypeBuilder().clearShape());
    return model.build();
  }
}
