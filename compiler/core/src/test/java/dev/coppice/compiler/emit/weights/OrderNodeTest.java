package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderNodeTest {
  @Test
  void nodesAreWrittenAsDocumented() throws IOException {
    assertWritten(OrderNode.run(1, 2, 4), 16, 2, 4);
    assertWritten(OrderNode.run(8, -4, 3), 12, 16, 7);
    assertWritten(OrderNode.zeros(6), 25);
    assertWritten(OrderNode.run(200, 1, 100), 0x90, 3, 0x90, 3, 2);
    OrderNode loop = OrderNode.loop(0, 1, 2, List.of(OrderNode.run(0, 3, 2), OrderNode.zeros(1)));
    assertWritten(loop, 10, 0, 2, 2, 8, 0, 6, 5);
  }

  @Test
  void theLargestNumbersTakeFiveBytes() throws IOException {
    OrderNode node = OrderNode.run(AffineOrder.MAX_SIZE, -AffineOrder.MAX_SIZE, 1);
    assertWritten(node, 4, 0x80, 0x80, 0x80, 0x10, 0xFF, 0xFF, 0xFF, 0x0F);
    assertWritten(OrderNode.run(1 << 29, 0, 1), 4, 0x80, 0x80, 0x80, 0x80, 4, 0);
  }

  @Test
  void nodesAreAlikeWhereverTheyBegin() {
    OrderNode run = OrderNode.run(3, 2, 4);
    assertTrue(run.isLike(run.at(9)));
    assertEquals(OrderNode.run(9, 2, 4), run.at(9));
    assertFalse(run.isLike(OrderNode.run(3, 2, 5)));
    assertFalse(run.isLike(OrderNode.run(3, 1, 4)));
    assertFalse(run.isLike(OrderNode.zeros(4)));
    assertTrue(OrderNode.zeros(4).isLike(OrderNode.zeros(4)));
    OrderNode zeros = OrderNode.zeros(4);
    assertSame(zeros, zeros.at(9));
    OrderNode loop = OrderNode.loop(5, 7, 2, List.of(run));
    assertTrue(loop.isLike(loop.at(1)));
    assertFalse(loop.isLike(loop.times(3)));
    assertFalse(loop.isLike(OrderNode.loop(5, 7, 2, List.of(run.at(4)))));
  }

  @Test
  void loopsAreCounted() {
    OrderNode run = OrderNode.run(0, 1, 2);
    OrderNode inner = OrderNode.loop(0, 5, 2, List.of(run, OrderNode.zeros(3)));
    OrderNode outer = OrderNode.loop(0, 9, 4, List.of(run, inner));
    assertEquals(0, run.depth());
    assertEquals(2, outer.depth());
    assertEquals(5, outer.size());
  }

  private static void assertWritten(OrderNode node, int... expected) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LittleEndianSink sink = new LittleEndianSink(out);
    node.writeTo(sink);
    sink.flush();
    byte[] bytes = new byte[expected.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) expected[i];
    }
    assertArrayEquals(bytes, out.toByteArray());
    assertEquals(bytes.length, node.bytes());
  }
}
