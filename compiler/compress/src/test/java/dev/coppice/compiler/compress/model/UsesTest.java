package dev.coppice.compiler.compress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsesTest {
  @Test
  void findsWhoMakesAndWhoReadsAValue() {
    NodeProto split = Nodes.of("Split", "", List.of("x"), List.of("a", "", "b"));
    NodeProto square = Nodes.of("Mul", "", List.of("a", "a"), List.of("s"));
    NodeProto sum = Nodes.of("Clip", "", List.of("a", "", "s"), List.of("y"));
    Uses uses = Uses.of(List.of(split, square, sum));
    assertEquals(Optional.of(split), uses.producer("b"));
    assertEquals(Optional.empty(), uses.producer("x"));
    assertEquals(Optional.empty(), uses.producer(""));
    assertEquals(List.of(square, sum), uses.consumers("a"));
    assertEquals(List.of(), uses.consumers("y"));
    assertEquals(List.of(), uses.consumers(""));
  }
}
