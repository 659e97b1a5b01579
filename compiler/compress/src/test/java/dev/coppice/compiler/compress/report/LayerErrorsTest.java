package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerErrorsTest {
  private static Optional<LayerError> of(OnnxGraph compressed, String value) {
    return of(Reports.graph(), compressed, value, Reports.examples());
  }

  private static Optional<LayerError> of(
      OnnxGraph original, OnnxGraph compressed, String value, Examples examples) {
    Counterparts all = new Counterparts(original, compressed);
    List<List<Comparison>> layers = List.of(all.ofLayer(value));
    return LayerErrors.of(original, compressed, layers, examples, "portable").get(0);
  }

  private static double relative(OnnxGraph compressed, String value) {
    return of(compressed, value).orElseThrow().relative();
  }

  @Test
  void areRelativeToTheOriginal() {
    OnnxGraph other = Reports.graph();
    Tensor w1 = other.constant("w1").orElseThrow();
    other.constant("w1", Tensor.fromDoubles(w1.type(), i -> 1.1 * w1.doubleAt(i)));
    assertEquals(0.1, relative(other, "a"), 1e-5);
    assertEquals(0.1, relative(other, "b"), 1e-5);
  }

  /** {@code y = relu(x [[3, 0, 1], [0, 4, 1]]) [[1], [2], [2]]} for x = (1, 1) and (2, 0). */
  private static OnnxGraph perceptron() {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2)
            .output("y", DType.FLOAT32, 1, 1)
            .initializer("w", Tensor.ofFloats(Shape.of(2, 3), 3, 0, 1, 0, 4, 1))
            .initializer("v", Tensor.ofFloats(Shape.of(3, 1), 1, 2, 2))
            .node("hidden", "h = MatMul(x, w)")
            .node("r = Relu(h)")
            .node("out", "y = MatMul(r, v)")
            .model(17),
        ImportOptions.of("perceptron.onnx"));
  }

  private static final Examples TWO =
      Examples.of(
          List.of(
              List.of(Tensor.ofFloats(Shape.of(1, 2), 1, 1)),
              List.of(Tensor.ofFloats(Shape.of(1, 2), 2, 0))),
          List.of());

  @Test
  void channelsThatAreLeftAreComparedWithTheSameOnesOfTheOriginal() {
    OnnxGraph original = perceptron();
    // The third unit is the smallest: h = (3, 4, 2), (6, 0, 2) keeps (3, 4), (6, 0).
    OnnxGraph pruned =
        Recipes.step(original, "prune-channels, criterion: l2, amount: 0.34").graph();
    assertEquals(Shape.of(1, 2), pruned.shape("h"));
    LayerError hidden = of(original, pruned, "h", TWO).orElseThrow();
    assertEquals(new LayerError(0, "2 of 3 channels of its output"), hidden);
    // y = 15, 10 becomes 11, 6: sqrt(4^2 + 4^2) / sqrt(15^2 + 10^2).
    LayerError out = of(original, pruned, "y", TWO).orElseThrow();
    assertEquals(Math.sqrt(32.0 / 325), out.relative(), 1e-6);
    assertEquals("its output", out.compared());
    // A weight of a channel that is left: h = (3, 4), (6, 0) becomes (3.5, 4), (7, 0).
    Tensor w = pruned.constant("w").orElseThrow();
    pruned.constant("w", Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) + (i == 0 ? 0.5 : 0)));
    hidden = of(original, pruned, "h", TWO).orElseThrow();
    assertEquals(Math.sqrt(1.25 / 61), hidden.relative(), 1e-6);
  }

  @Test
  void aModelThatWasPrunedBeforeIsComparedWithWhatItHadThen() {
    OnnxGraph once =
        Recipes.step(perceptron(), "prune-channels, criterion: l2, amount: 0.34").graph();
    // Of (3, 4), (6, 0) the second is left, which was the second of all three before.
    OnnxGraph twice = Recipes.step(once, "prune-channels, criterion: l2, amount: 0.5").graph();
    LayerError hidden = of(once, twice, "h", TWO).orElseThrow();
    assertEquals(new LayerError(0, "1 of 2 channels of its output"), hidden);
    assertEquals(
        new LayerError(0, "1 of 3 channels of its output"),
        of(perceptron(), twice, "h", TWO).orElseThrow());
  }

  @Test
  void factorsAreComparedByTheOutputOfTheLast() {
    OnnxGraph original = perceptron();
    NodeProto hidden = original.producer("h").orElseThrow();
    OnnxGraph other = original.copy();
    // [[3, 0, 1], [0, 4, 1]] without its second row: h = (3, 0, 1), (6, 0, 2).
    String first = other.addConstant("first", Tensor.ofFloats(Shape.of(2, 1), 1, 0));
    String last = other.addConstant("last", Tensor.ofFloats(Shape.of(1, 3), 3, 0, 1));
    other.replace(
        hidden,
        List.of(
            Nodes.of("MatMul", "hidden/first", List.of("x", first), List.of("f")),
            Nodes.of("MatMul", "hidden", List.of("f", last), List.of("h"))));
    double expected = Math.sqrt((4 * 4 + 1) / (9.0 + 16 + 4 + 36 + 4));
    LayerError whole = of(original, other, "h", TWO).orElseThrow();
    assertEquals(expected, whole.relative(), 1e-6);
    assertEquals("its output", whole.compared());
    LayerError part = of(original, other, "f", TWO).orElseThrow();
    assertEquals(expected, part.relative(), 1e-6);
    assertEquals("the output of hidden behind it", part.compared());
  }

  @Test
  void aLayerThatTookItsReadersInStandsForThem() {
    OnnxGraph other = Reports.graph();
    // The two negations are gone, which Add computes as well as before.
    NodeProto pool = other.producer("p").orElseThrow();
    other.replace(pool, Nodes.withInput(pool, 0, "s"));
    other.sweep();
    assertEquals(0, relative(other, "s"));
    // One that took in the first negation computes what that did.
    OnnxGraph negated = Reports.graph();
    Tensor w2 = negated.constant("w2").orElseThrow();
    negated.constant("w2", Tensor.fromDoubles(w2.type(), i -> -w2.doubleAt(i)));
    NodeProto add = negated.producer("s").orElseThrow();
    negated.replace(add, add.toBuilder().setOpType("Sub").build());
    NodeProto m = negated.producer("m").orElseThrow();
    negated.replace(m, Nodes.withInput(m, 0, "s"));
    negated.sweep();
    assertEquals(0, relative(negated, "s"), 1e-6);
    String compared = of(negated, "s").orElseThrow().compared();
    assertTrue(compared.startsWith("the output of n"), compared);
  }
}
