package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.AffineIndex.Symbol;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FootprintTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 100);
  private static final Buffer S = Buffer.flat("s", DType.FLOAT32, Role.SCRATCH, 100);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 100);
  private static final Buffer Z = Buffer.flat("z", DType.FLOAT32, Role.OUTPUT, 100);

  private static Footprint footprint(Stmts.LoopBody body) {
    return Footprint.of(List.of(), List.of((Stmt.For) Stmts.loop("i", 10, body)), 8);
  }

  /** Least and largest element of the first iteration, and how far the next ones are. */
  private static String range(Footprint footprint, int n) {
    AffineIndex e = footprint.results().get(Y).get(n);
    Symbol loop = footprint.loops().get(0);
    AffineIndex first = e.without(loop);
    return first.least() + ".." + first.most() + " by " + e.factor(loop);
  }

  @Test
  void copiesAndFillsTouchAllOfTheirRange() {
    Footprint f =
        footprint(
            i ->
                Stmts.block(
                    Stmts.copy(X, i, Y, Exprs.mul(i, 9), Exprs.intLit(5)),
                    Stmts.fill(
                        Y, Exprs.add(Exprs.mul(i, 9), 5), Exprs.intLit(4), Exprs.floatLit(0))));
    assertEquals("0..4 by 9", range(f, 0));
    assertEquals("5..8 by 9", range(f, 1));
  }

  @Test
  void whatIsReadOfAResultCounts() {
    Footprint f = footprint(i -> Stmts.store(Y, i, Exprs.load(Y, Exprs.add(i, 1))));
    assertEquals(Set.of("0..0 by 1", "1..1 by 1"), Set.of(range(f, 0), range(f, 1)));
  }

  @Test
  void functionsTouchWhatTheyAreGiven() {
    Buffer o = Buffer.flat("o", DType.FLOAT32, Role.OUTPUT, 0);
    Var at = new Var("at", LoopType.INT);
    Function f =
        new Function(
            "f",
            "",
            List.of(o),
            List.of(at),
            Stmts.loop(
                "j", 3, j -> Stmts.store(o, Exprs.add(Exprs.ref(at), j), Exprs.floatLit(1))));
    Footprint all = footprint(i -> Stmts.invoke(f, List.of(Y), List.of(Exprs.mul(i, 7))));
    assertEquals("0..2 by 7", range(all, 0));
  }

  @Test
  void registersTouchAsManyAsTheyHold() {
    Footprint f =
        footprint(i -> Stmts.store(Y, i, Exprs.broadcast(Exprs.floatLit(0), LoopType.REGISTER)));
    assertEquals("0..7 by 1", range(f, 0));
  }

  @Test
  void onlyResultsThatAreWrittenCount() {
    Footprint f =
        footprint(
            i ->
                Stmts.block(
                    Stmts.store(S, i, Exprs.load(X, i)), Stmts.store(Y, i, Exprs.load(Z, i))));
    assertEquals(Set.of(Y), f.results().keySet());
  }

  @Test
  void theLoopIsToldByWhatAllElementsHave() {
    Footprint steps = footprint(i -> Stmts.store(Y, Exprs.mul(i, 9), Exprs.floatLit(0)));
    assertEquals(1, steps.steps(steps.results().get(Y)).orElseThrow().get(0).step());
    Footprint nearer =
        footprint(
            i -> Stmts.store(Y, Exprs.min(Exprs.mul(i, 9), Exprs.intLit(80)), Exprs.floatLit(0)));
    assertEquals(9, nearer.steps(nearer.results().get(Y)).orElseThrow().get(0).step());
    Footprint none = footprint(i -> Stmts.store(Y, Exprs.intLit(3), Exprs.floatLit(0)));
    assertEquals(Optional.empty(), none.steps(none.results().get(Y)));
  }
}
