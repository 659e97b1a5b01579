package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.DType;
import org.junit.jupiter.api.Test;

class KernelRowTileTest {
  /** The 3x3 kernel of three planes with stride 2. */
  private static KernelRowTile.Tile tile(int places, int vectors) {
    return new KernelRowTile.Tile(places, 9, 3, 2, vectors);
  }

  private static Stmt call(KernelRowTile.Tile tile) {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 1000);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 1000);
    KernelRowTile.Steps steps = new KernelRowTile.Steps(32, 100, 32, 12, 32);
    return new KernelRowTile(tile, steps, null)
        .call(
            new KernelRowTile.Operands(
                y, Exprs.intLit(0), x, Exprs.intLit(0), x, x, Exprs.intLit(2)));
  }

  @Test
  void takesLessTimeForARegisterOfChannelsIfThereAreTwo() {
    assertTrue(tile(6, 2).steps(Costs.VECTOR) < tile(6, 1).steps(Costs.VECTOR));
  }

  /** By registers and by operations that are written out. */
  @Test
  void fitsUpToWhatHotSpotCompiles() {
    assertTrue(tile(6, 2).fits());
    assertFalse(tile(7, 2).fits());
    assertTrue(tile(10, 1).fits());
    assertFalse(tile(11, 1).fits());
    assertFalse(new KernelRowTile.Tile(1, 1, 14, 1, 2).fits());
  }

  /** Machines with narrower registers have fewer, too. */
  @Test
  void hasAFormWithOneRegisterBesideThatWithTwo() {
    assertTrue(call(tile(6, 2)) instanceof Stmt.If);
    assertTrue(call(tile(6, 1)) instanceof Stmt.Invoke);
  }
}
