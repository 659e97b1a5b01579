package dev.coppice.compiler.compress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopologicalOrderTest {
  private final NodeProto a = relu("x", "a");
  private final NodeProto b = relu("a", "b");
  private final NodeProto c = relu("x", "c");
  private final NodeProto d = Nodes.of("Add", "", List.of("b", "c"), List.of("d"));

  @Test
  void nodesInOrderStay() {
    assertEquals(List.of(c, a, b, d), sorted(List.of(c, a, b, d)));
    assertEquals(List.of(a, c, b, d), sorted(List.of(a, c, b, d)));
  }

  @Test
  void producersComeFirst() {
    assertEquals(List.of(a, b, c, d), sorted(List.of(b, c, d, a)));
    List<NodeProto> diamond = sorted(List.of(d, c, b, a));
    assertEquals(d, diamond.get(3));
    assertEquals(1, diamond.indexOf(b) - diamond.indexOf(a));
  }

  @Test
  void longChainsNeedNoDeepStack() {
    List<NodeProto> chain = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      chain.add(relu("v" + i, "v" + (i + 1)));
    }
    List<NodeProto> reversed = new ArrayList<>(chain);
    Collections.reverse(reversed);
    assertEquals(chain, sorted(reversed));
  }

  /** Nodes whose first result is left out, as those of a recurrent cell, have no name in common. */
  @Test
  void nodesWithoutAFirstResultAreKeptApart() {
    NodeProto one = Nodes.of("LSTM", "", List.of("x"), List.of("", "h"));
    NodeProto two = Nodes.of("LSTM", "", List.of("h"), List.of("", "y"));
    assertEquals(List.of(one, two), sorted(List.of(two, one)));
  }

  @Test
  void cyclesEnd() {
    List<NodeProto> cycle = List.of(relu("b", "a"), relu("a", "b"));
    assertEquals(2, sorted(cycle).size());
  }

  private static List<NodeProto> sorted(List<NodeProto> nodes) {
    return TopologicalOrder.of(nodes, Uses.of(nodes));
  }

  private static NodeProto relu(String from, String to) {
    return Nodes.of("Relu", "", List.of(from), List.of(to));
  }
}
