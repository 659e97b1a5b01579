package dev.coppice.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GraphPatchTest {
  private static final TensorType F2 = TensorType.of(DType.FLOAT32, 2);
  private final GraphBuilder builder = new GraphBuilder("g");
  private final Value x = builder.input("x", F2);
  private final Value a = builder.add("a", ToyOp.simple(), x);
  private final Value b = builder.add("b", ToyOp.simple(), a);

  private Graph graph() {
    builder.output("y", b);
    return builder.build();
  }

  private static List<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }

  @Test
  void dropsWhatNothingUsesAnyMore() {
    Graph after = new GraphPatch(graph()).replace(b, a).apply();
    assertEquals(List.of("a"), names(after));
    assertEquals("y", after.outputs().get(0).name());
  }

  @Test
  void newNodesStandBeforeTheirConsumers() {
    Graph graph = graph();
    GraphPatch patch = new GraphPatch(graph);
    Value c = patch.constant("c", Tensor.splat(F2, 1));
    Value n = patch.node("n", ToyOp.simple(), List.of(x, c), Origin.NONE).output();
    Graph after = patch.replace(a, n).apply();
    assertEquals(List.of("n", "b"), names(after));
    assertEquals(n, after.nodes().get(1).input(0));
    assertEquals(Tensor.splat(F2, 1), after.constant(c).orElseThrow());
  }

  /** The order of those that do not depend on each other is that in which kernels run. */
  @Test
  void newNodesStandWhereThoseStoodThatTheyReplace() {
    GraphBuilder g = new GraphBuilder("g");
    Value in = g.input("in", F2);
    Value c = g.add("c", ToyOp.simple(), in);
    g.output("y", g.add("d", ToyOp.simple(), in));
    g.output("z", c);
    Graph graph = g.build();
    GraphPatch patch = new GraphPatch(graph);
    Value n = patch.node("n", ToyOp.simple(), List.of(in), Origin.NONE).output();
    assertEquals(List.of("n", "d"), names(patch.replace(c, n).apply()));
  }

  @Test
  void namesStayUnique() {
    GraphPatch patch = new GraphPatch(graph());
    Node first = patch.node("a", ToyOp.simple(), List.of(x), Origin.NONE);
    Node second = patch.node("a", ToyOp.simple(), List.of(x), Origin.NONE);
    assertEquals(List.of("a~1", "a~1"), List.of(first.name(), first.output().name()));
    assertEquals(List.of("a~2", "a~2"), List.of(second.name(), second.output().name()));
    Node copy = patch.node("a~1", ToyOp.simple(), List.of(x), Origin.NONE);
    assertEquals("a~3", copy.name());
    assertEquals("x~1", patch.constant("x", Tensor.splat(F2, 1)).name());
  }

  @Test
  void movesChain() {
    Graph after = new GraphPatch(graph()).replace(b, a).replace(a, x).apply();
    assertEquals(x, after.outputs().get(0).value());
  }

  @Test
  void replacementOfAnotherTypeIsABug() {
    GraphPatch patch = new GraphPatch(graph());
    Value c = patch.constant("c", Tensor.scalar(1));
    assertEquals(
        "compiler bug: a is f32[2], its replacement f32[]",
        assertThrows(IllegalStateException.class, () -> patch.replace(a, c)).getMessage());
  }

  @Test
  void circlesAreBugs() {
    Graph graph = graph();
    GraphPatch circle = new GraphPatch(graph).replace(a, b).replace(b, a);
    assertEquals(
        "compiler bug: patch moves a in a circle",
        assertThrows(IllegalStateException.class, circle::apply).getMessage());
    GraphPatch cycle = new GraphPatch(graph);
    Value n = cycle.node("n", ToyOp.simple(), List.of(b), Origin.NONE).output();
    cycle.replace(a, n);
    assertEquals(
        "compiler bug: patch makes a cycle at node 'n'",
        assertThrows(IllegalStateException.class, cycle::apply).getMessage());
  }
}
