package dev.coppice.compiler.loop;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class InPlaceTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 12);
  private static final Buffer B = Buffer.flat("b", DType.FLOAT32, Role.INPUT, 12);
  private static final Buffer SHORT = Buffer.flat("s", DType.FLOAT32, Role.INPUT, 4);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 12);
  private static final Buffer Z = Buffer.flat("z", DType.FLOAT32, Role.OUTPUT, 12);

  private static List<Buffer> operands(Stmt body) {
    return InPlace.operands(new Kernel("k", "", List.of(X, B, SHORT, Y), body));
  }

  @Test
  void operandsReadAtTheIndexOfTheResult() {
    assertEquals(
        List.of(X, B), operands(loop("i", 12, i -> store(Y, i, add(load(X, i), load(B, i))))));
  }

  @Test
  void operandsThatAreBroadcastOrShiftedAreOthers() {
    assertEquals(
        List.of(X),
        operands(
            loop(
                "i",
                3,
                i ->
                    loop(
                        "j",
                        4,
                        j -> {
                          Expr at = add(mul(i, 4), j);
                          Expr shifted = load(B, sub(intLit(11), at));
                          return store(Y, at, add(add(load(X, at), load(SHORT, j)), shifted));
                        }))));
  }

  @Test
  void variablesAreReadBefore() {
    Var v = new Var("v", LoopType.FLOAT);
    assertEquals(
        List.of(X, B),
        operands(
            loop(
                "i",
                12,
                i -> block(local(v, load(X, i)), store(Y, i, mul(Exprs.ref(v), Exprs.ref(v)))))));
    assertEquals(
        List.of(B),
        operands(loop("i", 12, i -> block(store(Y, i, load(B, i)), local(v, load(X, i))))));
  }

  /** The second of two iterations would read what the first has stored. */
  @Test
  void elementsStoredTwiceAreNotInPlace() {
    assertEquals(
        List.of(),
        operands(
            loop(
                "i",
                3,
                i -> loop("j", 4, j -> store(Y, add(mul(i, 3), j), load(X, add(mul(i, 3), j)))))));
    assertEquals(
        List.of(), operands(loop("i", 3, i -> loop("j", 12, j -> store(Y, j, load(X, j))))));
    assertEquals(
        List.of(),
        operands(loop("i", 12, i -> block(store(Y, i, load(X, i)), store(Y, i, load(X, i))))));
  }

  @Test
  void resultsThatAreReadOrSeveralAreNotInPlace() {
    assertEquals(List.of(), operands(loop("i", 12, i -> store(Y, i, add(load(X, i), load(Y, i))))));
    Stmt two = loop("i", 12, i -> block(store(Y, i, load(X, i)), store(Z, i, load(X, i))));
    assertEquals(List.of(), InPlace.operands(new Kernel("k", "", List.of(X, Y, Z), two)));
  }
}
