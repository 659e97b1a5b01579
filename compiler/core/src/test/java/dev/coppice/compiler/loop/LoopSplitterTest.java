package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopSplitterTest {
  private static final int BUDGET = 200;
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 100);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 100);

  private static Kernel kernel(Stmt body) {
    return new Kernel("k", "", List.of(X, Y), body);
  }

  private static Stmt copyElement(int i) {
    return Stmts.store(Y, Exprs.intLit(i), Exprs.load(X, Exprs.intLit(i)));
  }

  private static Stmt copyElements(int n) {
    List<Stmt> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      all.add(copyElement(i));
    }
    return Stmts.block(all);
  }

  private static int longest(Kernel kernel) {
    int[] most = {LoopCost.bytecodeBytes(kernel.body())};
    LoopTree.statements(kernel.body(), s -> functions(s, most));
    return most[0];
  }

  private static void functions(Stmt s, int[] most) {
    if (s instanceof Stmt.Invoke v) {
      most[0] = Math.max(most[0], LoopCost.bytecodeBytes(v.function().body()));
      LoopTree.statements(v.function().body(), t -> functions(t, most));
    }
  }

  @Test
  void keepsAKernelWithinTheBudget() {
    Kernel small = kernel(copyElements(3));
    assertSame(small, LoopSplitter.split(small, BUDGET));
  }

  @Test
  void splitsALongSequenceIntoPartsWithinTheBudget() {
    Kernel split = LoopSplitter.split(kernel(copyElements(100)), BUDGET);
    LoopVerifier.verify(split);
    assertTrue(longest(split) <= BUDGET, "longest " + longest(split));
  }

  @Test
  void splitsTheBodyOfALoopAndPassesItsVariable() {
    Kernel split =
        LoopSplitter.split(
            kernel(
                Stmts.loop(
                    "i",
                    2,
                    i -> {
                      List<Stmt> all = new ArrayList<>();
                      for (int j = 0; j < 40; j++) {
                        all.add(Stmts.store(Y, Exprs.add(i, j), Exprs.load(X, i)));
                      }
                      return Stmts.block(all);
                    })),
            BUDGET);
    LoopVerifier.verify(split);
    assertTrue(longest(split) <= BUDGET, "longest " + longest(split));
    assertTrue(
        LoopPrinter.print(split)
            .contains("function kPart0(input x: f32[100], output y: f32[100]; i: int)"));
  }

  @Test
  void splitsFunctionsThatAreInvoked() {
    Function f = new Function("f", "", List.of(X, Y), List.of(), copyElements(100));
    Kernel split = LoopSplitter.split(kernel(Stmts.invoke(f, List.of(X, Y), List.of())), BUDGET);
    LoopVerifier.verify(split);
    assertTrue(longest(split) <= BUDGET, "longest " + longest(split));
  }

  @Test
  void keepsAnAssignmentBesideTheVariableItSets() {
    Var sum = new Var("sum", LoopType.FLOAT);
    List<Stmt> all = new ArrayList<>(List.of(Stmts.local(sum, Exprs.floatLit(0))));
    for (int i = 0; i < 40; i++) {
      all.add(Stmts.assign(sum, Exprs.add(Exprs.ref(sum), Exprs.load(X, Exprs.intLit(i)))));
      all.add(copyElement(i));
    }
    all.add(Stmts.store(Y, Exprs.intLit(0), Exprs.ref(sum)));
    Kernel split = LoopSplitter.split(kernel(Stmts.block(all)), BUDGET);
    LoopVerifier.verify(split);
    int[] assignments = {0};
    LoopTree.statements(split.body(), s -> assignments[0] += s instanceof Stmt.Assign ? 1 : 0);
    assertEquals(40, assignments[0]);
  }

  @Test
  void movesADeclarationWithAllItsUses() {
    List<Stmt> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Var v = new Var("v" + i, LoopType.FLOAT);
      all.add(Stmts.local(v, Exprs.load(X, Exprs.intLit(i))));
      all.add(Stmts.store(Y, Exprs.intLit(i), Exprs.mul(Exprs.ref(v), Exprs.ref(v))));
    }
    Kernel split = LoopSplitter.split(kernel(Stmts.block(all)), BUDGET);
    LoopVerifier.verify(split);
    assertTrue(longest(split) <= BUDGET, "longest " + longest(split));
  }
}
