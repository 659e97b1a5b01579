package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerErrorsTest {
  private static Map<String, Double> errors(OnnxGraph compressed, String... values) {
    return LayerErrors.of(
        Reports.graph(), compressed, List.of(values), Reports.examples(), "portable");
  }

  @Test
  void areRelativeToTheOriginal() {
    OnnxGraph other = Reports.graph();
    Tensor w1 = other.constant("w1").orElseThrow();
    other.constant("w1", Tensor.fromDoubles(w1.type(), i -> 1.1 * w1.doubleAt(i)));
    Map<String, Double> errors = errors(other, "a", "b");
    assertEquals(0.1, errors.getOrDefault("a", -1.0), 1e-5);
    assertEquals(0.1, errors.getOrDefault("b", -1.0), 1e-5);
  }

  @Test
  void whatHasAnotherShapeIsNotCompared() {
    OnnxGraph other = Reports.graph();
    NodeProto fc = other.producer("y").orElseThrow();
    String wide = other.addConstant("wide", Reports.random(5, 4, 5));
    String narrow = other.addConstant("narrow", Reports.random(6, 5, 3));
    other.replace(
        fc,
        List.of(
            Nodes.of("MatMul", "first", List.of("f", wide), List.of("h")),
            Nodes.of("MatMul", "second", List.of("h", narrow), List.of("y"))));
    Map<String, Double> errors = errors(other, "h", "y");
    assertEquals(List.of("y"), List.copyOf(errors.keySet()));
    assertTrue(errors.getOrDefault("y", 0.0) > 0);
  }

  @Test
  void aLayerThatTookItsReadersInStandsForThem() {
    OnnxGraph other = Reports.graph();
    // The two negations are gone, which Add computes as well as before.
    NodeProto pool = other.producer("p").orElseThrow();
    other.replace(pool, Nodes.withInput(pool, 0, "s"));
    other.sweep();
    assertEquals(0, errors(other, "s").getOrDefault("s", -1.0));
    // One that took in the first negation computes what that did.
    OnnxGraph negated = Reports.graph();
    Tensor w2 = negated.constant("w2").orElseThrow();
    negated.constant("w2", Tensor.fromDoubles(w2.type(), i -> -w2.doubleAt(i)));
    NodeProto add = negated.producer("s").orElseThrow();
    negated.replace(add, add.toBuilder().setOpType("Sub").build());
    NodeProto m = negated.producer("m").orElseThrow();
    negated.replace(m, Nodes.withInput(m, 0, "s"));
    negated.sweep();
    assertEquals(0, errors(negated, "s").getOrDefault("s", -1.0), 1e-6);
  }
}
