package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScratchOrderTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 8);
  private static final Buffer S = Buffer.flat("s", DType.FLOAT32, Role.SCRATCH, 8);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 8);

  private static final Stmt FILL = Stmts.copy(X, zero(), S, zero(), Exprs.intLit(8));
  private static final Stmt READ = Stmts.copy(S, zero(), Y, zero(), Exprs.intLit(8));
  private static final Expr CONDITION = Exprs.lt(Exprs.load(X, zero()), Exprs.floatLit(0));

  private static Expr zero() {
    return Exprs.intLit(0);
  }

  /** {@code o[0] = o[0] + 1} if it adds, else {@code o[0] = 1}. */
  private static Stmt call(boolean adds) {
    Buffer o = Buffer.flat("o", DType.FLOAT32, Role.OUTPUT, 0);
    Expr one = Exprs.floatLit(1);
    Expr value = adds ? Exprs.add(Exprs.load(o, zero()), one) : one;
    Function f = new Function("f", "", List.of(o), List.of(), Stmts.store(o, zero(), value));
    return Stmts.invoke(f, List.of(S), List.of());
  }

  @Test
  void whatIsWrittenFirstIsOwn() {
    assertTrue(ScratchOrder.isOwn(Stmts.block(FILL, READ)));
    assertTrue(ScratchOrder.isOwn(Stmts.loop("i", 4, i -> Stmts.block(FILL, READ))));
    assertTrue(ScratchOrder.isOwn(Stmts.block(call(false), call(true), READ)));
  }

  @Test
  void whatIsReadFirstIsCarried() {
    assertFalse(ScratchOrder.isOwn(Stmts.block(READ, FILL)));
    assertFalse(ScratchOrder.isOwn(Stmts.block(call(true), READ)));
    assertFalse(
        ScratchOrder.isOwn(
            Stmts.store(S, zero(), Exprs.add(Exprs.load(S, zero()), Exprs.floatLit(1)))));
  }

  @Test
  void scratchThatIsOnlyReadWasSetBefore() {
    assertTrue(ScratchOrder.isOwn(READ));
  }

  @Test
  void bothBranchesHaveToWrite() {
    assertTrue(ScratchOrder.isOwn(Stmts.block(Stmts.when(CONDITION, FILL, call(false)), READ)));
    assertFalse(ScratchOrder.isOwn(Stmts.block(Stmts.when(CONDITION, FILL), READ)));
    assertTrue(ScratchOrder.isOwn(Stmts.when(CONDITION, Stmts.block(FILL, READ))));
  }

  @Test
  void functionsWriteWhatTheyAreGiven() {
    assertEquals(Set.of(S), ScratchOrder.written(call(true)));
    assertEquals(Set.of(S, Y), ScratchOrder.written(Stmts.block(FILL, READ)));
  }
}
