package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopPrinter;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.DType;
import org.junit.jupiter.api.Test;

class PlaneStripTest {
  private static PlaneStrip strip(int before, int width, int after) {
    return new PlaneStrip(before, width, after, 10, 4, 3, 1);
  }

  @Test
  void rowsBeginAtCacheLines() {
    for (int width = 1; width < 70; width++) {
      PlaneStrip s = strip(1, width, 1);
      assertEquals(0, s.margin() % 16);
      assertEquals(0, s.pitch() % 16);
    }
  }

  @Test
  void zerosBehindARowServeTheNext() {
    assertEquals(16, strip(1, 30, 2).margin());
    assertEquals(32, strip(1, 30, 2).pitch());
    assertEquals(48, strip(1, 31, 2).pitch());
    assertEquals(48, strip(3, 30, 0).pitch());
    assertEquals(0, strip(0, 32, 0).margin());
    assertEquals(32, strip(0, 32, 0).pitch());
  }

  @Test
  void thereIsRoomForARegisterBehindTheRows() {
    PlaneStrip s = strip(1, 30, 2);
    assertEquals(16 + 3 * 32 + 16, s.length());
  }

  /** What lays the last planes of a tensor is called too seldom for the JIT. */
  @Test
  void elementsAreLaidWithoutRegisters() {
    for (int phases = 1; phases <= 2; phases++) {
      PlaneStrip s = new PlaneStrip(1, 30, 1, 10, 4, 3, phases);
      Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 1200);
      Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.SCRATCH, s.length());
      Buffer lanes = Buffer.flat("lanes", DType.FLOAT32, Buffer.Role.WEIGHTS, 32);
      Stmt.If lay = (Stmt.If) s.lay(x, Exprs.intLit(0), Exprs.intLit(-1), y, lanes);
      assertTrue(code(lay.then()).contains("lanes"), code(lay.then()));
      assertFalse(code(lay.otherwise().orElseThrow()).contains("lanes"));
    }
  }

  private static String code(Stmt invoke) {
    return LoopPrinter.print(((Stmt.Invoke) invoke).function().body());
  }

  /** Place 0 of a kernel of three columns with padding: odd, even, odd columns of the input. */
  @Test
  void columnsOfAPhaseLieSideBySide() {
    PlaneStrip s = new PlaneStrip(1, 30, 1, 10, 4, 3, 2);
    assertEquals(16, s.margin());
    assertEquals(32, s.pitch());
    assertEquals(16 + 16 - 1, s.column(0));
    assertEquals(16, s.column(1));
    assertEquals(16 + 16, s.column(2));
    assertEquals(16 + 1, s.column(3));
  }

  @Test
  void columnsOfOnePhaseFollowOneAnother() {
    PlaneStrip s = strip(1, 30, 1);
    assertEquals(15, s.column(0));
    assertEquals(17, s.column(2));
  }
}
