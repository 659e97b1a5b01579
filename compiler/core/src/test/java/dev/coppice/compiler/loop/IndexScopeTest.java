package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.AffineIndex.Symbol;
import dev.coppice.compiler.loop.IndexScope.Steps;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexScopeTest {
  private static final Var I = new Var("i", LoopType.INT);
  private static final Var J = new Var("j", LoopType.INT);
  private static final Var ROWS = new Var("rows", LoopType.INT);

  private static Stmt.For loop(Var v, Expr from, Expr to, int step) {
    return new Stmt.For(v, from, to, step, AxisKind.PARALLEL, Stmts.comment("body"));
  }

  private static Stmt.For loop(Var v, int from, int to, int step) {
    return loop(v, Exprs.intLit(from), Exprs.intLit(to), step);
  }

  private static IndexScope scope() {
    return IndexScope.of(Stmts.block(), 8);
  }

  @Test
  void aLoopVariableIsItsStartAndSteps() {
    IndexScope scope = scope();
    Symbol before = scope.enter(loop(I, 3, 17, 5));
    assertEquals(2, before.most());
    AffineIndex i = scope.of(Exprs.ref(I));
    assertEquals(3, i.constant());
    assertEquals(5, i.factor(before));
    assertEquals(13, i.most());
  }

  @Test
  void aDeclaredMinimumBoundsTheLoopThatItEnds() {
    IndexScope scope = scope();
    scope.enter(loop(I, 0, 10, 4));
    scope.declare(
        (Stmt.Local)
            Stmts.local(
                ROWS, Exprs.min(Exprs.intLit(4), Exprs.sub(Exprs.intLit(10), Exprs.ref(I)))));
    scope.enter(loop(J, Exprs.intLit(0), Exprs.ref(ROWS), 1));
    assertEquals(3, scope.of(Exprs.ref(J)).most());
    assertEquals(9, scope.of(Exprs.add(Exprs.ref(I), Exprs.ref(J))).most());
  }

  @Test
  void quotientAndRemainderTakeDigitsApart() {
    IndexScope scope = scope();
    Symbol i = scope.enter(loop(I, 0, 5, 1));
    Symbol j = scope.enter(loop(J, 0, 7, 1));
    Expr both = Exprs.add(Exprs.mul(Exprs.ref(I), 7), Exprs.ref(J));
    AffineIndex quotient = scope.of(Exprs.div(both, Exprs.intLit(7)));
    AffineIndex remainder = scope.of(Exprs.rem(both, Exprs.intLit(7)));
    assertEquals(1, quotient.factor(i));
    assertEquals(1, quotient.terms().size());
    assertEquals(1, remainder.factor(j));
    assertEquals(1, remainder.terms().size());
    assertEquals(34 / 4, scope.of(Exprs.div(both, Exprs.intLit(4))).most());
    assertEquals(3, scope.of(Exprs.rem(both, Exprs.intLit(4))).most());
  }

  @Test
  void whatIsAssignedOrLoadedMayBeAnyInt() {
    Buffer at = Buffer.flat("at", DType.INT32, Buffer.Role.INPUT, 9);
    IndexScope scope = IndexScope.of(Stmts.assign(I, Exprs.intLit(1)), 8);
    scope.declare((Stmt.Local) Stmts.local(I, Exprs.intLit(0)));
    for (Expr e :
        List.of(
            Exprs.ref(I),
            Exprs.load(at, Exprs.intLit(0)),
            Exprs.mul(Exprs.ref(I), Exprs.ref(I)),
            Exprs.rem(Exprs.ref(I), Exprs.ref(I)))) {
      assertEquals(Integer.MAX_VALUE, scope.of(e).most());
      assertEquals(Integer.MIN_VALUE, scope.of(e).least());
    }
  }

  @Test
  void aFunctionKnowsWhatItIsGiven() {
    Function f = new Function("f", "", List.of(), List.of(J), Stmts.comment("body"));
    IndexScope scope = scope();
    Symbol i = scope.enter(loop(I, 0, 5, 1));
    Stmt call = Stmts.invoke(f, List.of(), List.of(Exprs.mul(Exprs.ref(I), 3)));
    assertEquals(3, scope.within((Stmt.Invoke) call).of(Exprs.ref(J)).factor(i));
  }

  @Test
  void branchesForOtherRegistersDoNotRun() {
    Stmt eight = Stmts.comment("eight");
    Stmt other = Stmts.comment("other");
    Stmt choice = Stmts.when(Exprs.eq(Exprs.lanes(), Exprs.intLit(8)), eight, other);
    assertEquals(List.of(eight), IndexScope.of(choice, 8).children(choice));
    assertEquals(List.of(other), IndexScope.of(choice, 16).children(choice));
    assertEquals(4, IndexScope.of(choice, 4).of(Exprs.lanes()).constant());
    Stmt open = Stmts.when(Exprs.eq(Exprs.ref(I), Exprs.intLit(8)), eight, other);
    assertEquals(List.of(eight, other), IndexScope.of(open, 8).children(open));
  }

  @Test
  void aLimitThatOnlyTheLastStepReachesTellsTheLoop() {
    IndexScope scope = scope();
    Symbol i = scope.enter(loop(I, 0, 20, 1));
    Expr tenth = Exprs.mul(Exprs.ref(I), 10);
    AffineIndex first = scope.of(Exprs.min(tenth, Exprs.intLit(186)));
    Steps steps = scope.steps(i).get(1);
    assertEquals(10, steps.step());
    assertEquals(1, first.factor(steps.symbol()));
    assertEquals(186, first.most());
    assertEquals(3, scope.of(Exprs.min(Exprs.add(tenth, 3), Exprs.intLit(189))).constant());
    assertEquals(2, scope.steps(i).size());
  }

  @Test
  void otherLimitsDoNot() {
    IndexScope scope = scope();
    Symbol i = scope.enter(loop(I, 0, 20, 1));
    Expr tenth = Exprs.mul(Exprs.ref(I), 10);
    assertEquals(10, scope.of(Exprs.min(tenth, Exprs.intLit(190))).factor(i));
    assertEquals(180, scope.of(Exprs.min(tenth, Exprs.intLit(180))).most());
    assertEquals(1, scope.steps(i).size());
  }
}
