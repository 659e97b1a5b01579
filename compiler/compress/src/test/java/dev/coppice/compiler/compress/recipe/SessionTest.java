package dev.coppice.compiler.compress.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.TinyModel;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static Session session(OnnxGraph graph) {
    Session session =
        new Session(
            graph,
            graph.copy(),
            "r.yaml",
            Settings.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            new DiagnosticSink(),
            Progress.NONE);
    session.at(7);
    return session;
  }

  private static LayerSelection named(String... globs) {
    return new LayerSelection(
        List.of(globs).stream().map(g -> new LayerSelection.Glob(g, 3)).toList(), List.of());
  }

  @Test
  void selectsByNamesOfNodesAndInitializers() {
    Session session = session(TinyModel.graph());
    assertEquals(List.of("fc1", "fc2"), labels(session.select(LayerSelection.ALL)));
    assertEquals(List.of("fc2"), labels(session.select(named("w2"))));
    assertEquals(List.of("fc1", "fc2"), labels(session.select(named("fc?"))));
  }

  @Test
  void tellsNamesThatTheModelLacks() {
    CompileException e =
        assertThrows(
            CompileException.class, () -> session(TinyModel.graph()).select(named("fc3", "x*")));
    assertEquals(
        List.of(
            "[UnknownNode] r.yaml:3: no node or initializer with weights is named 'fc3' (did you"
                + " mean 'fc1'?).",
            "[UnknownNode] r.yaml:3: no node or initializer with weights is named 'x*'."),
        e.diagnostics().stream().map(d -> d.text().strip()).toList());
  }

  @Test
  void tellsThatThereIsNothingToCompress() {
    OnnxGraph empty =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 2)
                .node("y = Relu(x)")
                .output("y", DType.FLOAT32, 1, 2)
                .model(13),
            ImportOptions.of("m.onnx"));
    CompileException e =
        assertThrows(CompileException.class, () -> session(empty).select(LayerSelection.ALL));
    assertEquals(
        "[NoWeights] m.onnx: there are no float32 constants that layers multiply with, or all are"
            + " quantized or shared already. Export the model with its weights as initializers.",
        e.getMessage().strip());
  }

  private static List<String> labels(List<Layer> layers) {
    return layers.stream().map(Layer::label).toList();
  }
}
