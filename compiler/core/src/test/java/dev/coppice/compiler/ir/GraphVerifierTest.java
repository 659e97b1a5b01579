package dev.coppice.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GraphVerifierTest {
  private static final TensorType F2 = TensorType.of(DType.FLOAT32, 2);
  private static final TensorType F3 = TensorType.of(DType.FLOAT32, 3);
  private static final Value X = new Value("x", F2);
  private static final Value Y = new Value("y", F2);
  private static final Value Z = new Value("z", F2);

  private static Node node(String name, Value from, Value... to) {
    ToyOp simple = ToyOp.simple();
    ToyOp op =
        new ToyOp(
            to.length,
            simple.slope(),
            simple.flag(),
            simple.label(),
            simple.mode(),
            simple.axes(),
            simple.to());
    return new Node(name, op, List.of(from), List.of(to), Origin.NONE);
  }

  private static Graph graph(Map<Value, Tensor> constants, Value output, Node... nodes) {
    return new Graph(
        "g",
        List.of(X),
        List.of(new Graph.Output(output.name(), output)),
        List.of(nodes),
        constants);
  }

  private static void assertRejects(String message, Graph graph) {
    List<GraphVerifier.Violation> violations = GraphVerifier.violations(graph);
    assertEquals(message, violations.isEmpty() ? "" : violations.get(0).toString());
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> GraphVerifier.verify(graph));
    assertTrue(e.getMessage().startsWith("compiler bug: graph 'g', "), e.getMessage());
  }

  @Test
  void acceptsSoundGraph() {
    Graph sound = graph(Map.of(), Z, node("n", X, Y), node("m", Y, Z));
    assertEquals(List.of(), GraphVerifier.violations(sound));
  }

  @Test
  void rejectsValueDefinedTwice() {
    assertRejects(
        "node 'm': value 'y' is defined twice",
        graph(Map.of(), Y, node("n", X, Y), node("m", X, Y)));
  }

  @Test
  void rejectsConstantNamedLikeInput() {
    assertRejects(
        "value 'x' is defined twice", graph(Map.of(X, Tensor.splat(F2, 1)), Y, node("n", X, Y)));
  }

  @Test
  void rejectsNodesOfOneName() {
    assertRejects(
        "node 'n': another node has this name",
        graph(Map.of(), Z, node("n", X, Y), node("n", Y, Z)));
  }

  @Test
  void rejectsUseBeforeDefinition() {
    assertRejects(
        "node 'm': operand 'y' is not defined before it is used",
        graph(Map.of(), Z, node("m", Y, Z), node("n", X, Y)));
  }

  @Test
  void rejectsOperandOfAnotherType() {
    Value lie = new Value("x", F3);
    assertRejects(
        "node 'n': operand 'x' is used as f32[3] but is f32[2]",
        graph(Map.of(), new Value("y", F3), node("n", lie, new Value("y", F3))));
  }

  @Test
  void rejectsResultTypeThatIsNotInferred() {
    Graph bad = graph(Map.of(), new Value("y", F3), node("n", X, new Value("y", F3)));
    assertEquals(1, GraphVerifier.violations(bad).size());
    assertTrue(
        GraphVerifier.violations(bad).get(0).message().startsWith("results are [f32[3]] but ToyOp"),
        () -> GraphVerifier.violations(bad).toString());
  }

  @Test
  void rejectsOperandsThatTheOperatorRejects() {
    Node n = new Node("n", ToyOp.simple(), List.of(), List.of(Y), Origin.NONE);
    assertRejects("node 'n': ToyOp rejects its operands: needs an operand", graph(Map.of(), Y, n));
  }

  @Test
  void rejectsNodeWithoutResults() {
    assertRejects("node 'n': there are no results", graph(Map.of(), X, node("n", X)));
  }

  @Test
  void rejectsConstantOfAnotherType() {
    Value c = new Value("c", F3);
    assertRejects(
        "constant 'c' is declared f32[3] but holds f32[2]",
        graph(Map.of(c, Tensor.splat(F2, 1)), Y, node("n", X, Y)));
  }

  @Test
  void rejectsOutputThatIsNotDefined() {
    assertRejects(
        "output 'z' is not defined before it is used", graph(Map.of(), Z, node("n", X, Y)));
  }

  @Test
  void rejectsOutputsOfOneName() {
    Graph.Output out = new Graph.Output("x", X);
    assertRejects(
        "two outputs are called 'x'",
        new Graph("g", List.of(X), List.of(out, out), List.of(), Map.of()));
  }

  @Test
  void rejectsGraphWithoutOutputs() {
    assertRejects(
        "there are no outputs", new Graph("g", List.of(X), List.of(), List.of(), Map.of()));
  }
}
