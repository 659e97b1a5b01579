package dev.coppice.compiler.compress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeededTest {
  private final NodeProto hidden = Nodes.of("MatMul", "", List.of("x", "w"), List.of("h", "other"));
  private final NodeProto unused = Nodes.of("MatMul", "", List.of("h", "v"), List.of("u"));
  private final NodeProto last = Nodes.of("Relu", "", List.of("h"), List.of("y"));
  private final List<NodeProto> nodes = List.of(hidden, unused, last);

  @Test
  void whatNoResultDependsOnIsLeftOut() {
    Needed needed = Needed.of(List.of("y"), nodes, Uses.of(nodes));
    assertEquals(List.of(hidden, last), needed.nodes());
    assertEquals(Set.of("y", "h", "x", "w"), needed.values());
  }

  @Test
  void resultsThatNothingComputesNeedNoNodes() {
    Needed needed = Needed.of(List.of("x"), nodes, Uses.of(nodes));
    assertEquals(new Needed(List.of(), Set.of("x")), needed);
  }
}
