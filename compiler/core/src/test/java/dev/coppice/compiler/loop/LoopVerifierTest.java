package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule refuses a minimal kernel that breaks it; random kernels, which break none, pass. */
class LoopVerifierTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 4);
  private static final Buffer B = Buffer.flat("b", DType.INT8, Role.INPUT, 4);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 4);
  private static final Buffer P = Buffer.planar("p", DType.FLOAT32, Role.SCRATCH, 2, 4);
  private static final Var V = new Var("v", LoopType.FLOAT);
  private static final Var N = new Var("n", LoopType.INT);
  private static final Expr ONE = Exprs.floatLit(1);
  private static final Expr ZERO = Exprs.intLit(0);
  private static final Function WRITE =
      new Function(
          "write",
          "o[0] = s.",
          List.of(Buffer.row("o", DType.FLOAT32, Role.OUTPUT, 2)),
          List.of(V),
          Stmts.store(Buffer.row("o", DType.FLOAT32, Role.OUTPUT, 2), ZERO, Exprs.ref(V)));
  private static final Function TWO =
      new Function(
          "two",
          "a[0] = b[0].",
          List.of(
              Buffer.row("a", DType.FLOAT32, Role.OUTPUT, 0),
              Buffer.row("b", DType.FLOAT32, Role.INPUT, 0)),
          List.of(),
          Stmts.block());

  private static Kernel kernel(Stmt body) {
    return new Kernel("k", "", List.of(X, B, Y, P), body);
  }

  private static Stmt store(Expr value) {
    return Stmts.store(Y, ZERO, value);
  }

  private static Stmt when(Expr condition) {
    return Stmts.when(condition, Stmts.block());
  }

  static Stream<Arguments> brokenStatements() {
    return Stream.of(
        arguments(Stmts.store(X, ZERO, ONE), "INPUT buffer x is written"),
        arguments(
            Stmts.store(Buffer.flat("z", DType.FLOAT32, Role.OUTPUT, 4), ZERO, ONE),
            "buffer z is not a parameter"),
        arguments(Stmts.store(P, ZERO, ONE), "planar buffer p is indexed without a row"),
        arguments(Stmts.store(Y, Exprs.intLit(4), ONE), "index 4 of y, which has 4 elements"),
        arguments(Stmts.store(Y, Exprs.intLit(-1), ONE), "index -1 of y, which has 4 elements"),
        arguments(
            Stmts.store(Y, Exprs.intLit(3), Exprs.broadcast(ONE, 2)),
            "index 3 of y, which has 4 elements"),
        arguments(
            Stmts.store(Exprs.row(P, Exprs.intLit(2)), ZERO, ONE), "row 2 of p, which has 2 rows"),
        arguments(Stmts.store(Y, Exprs.longLit(0), ONE), "index of y is long, expected int"),
        arguments(store(Exprs.intLit(1)), "int is stored into y of float"),
        arguments(store(Exprs.ref(V)), "variable v is not declared here"),
        arguments(Stmts.assign(V, ONE), "variable v is not declared here"),
        arguments(Stmts.local(V, Exprs.intLit(1)), "value of v is int, expected float"),
        arguments(
            Stmts.block(Stmts.local(V, ONE), Stmts.local(V, ONE)), "variable v hides another"),
        arguments(
            Stmts.block(
                Stmts.loop("i", 2, i -> Stmts.block(Stmts.local(V, ONE))), store(Exprs.ref(V))),
            "variable v is not declared here"),
        arguments(
            Stmts.loop("i", 2, i -> Stmts.loop("i", 2, j -> store(ONE))),
            "variable i hides another"),
        arguments(Stmts.loop("n", 2, i -> Stmts.assign(N, ZERO)), "loop variable n is assigned"),
        arguments(
            Stmts.loop("i", ZERO, ZERO, 0, Stmt.AxisKind.PARALLEL, i -> store(ONE)),
            "step 0 of loop i"),
        arguments(
            Stmts.loop("i", ZERO, ONE, 1, Stmt.AxisKind.PARALLEL, i -> store(ONE)),
            "end of loop i is float, expected int"),
        arguments(
            new Stmt.For(V, ZERO, ZERO, 1, Stmt.AxisKind.PARALLEL, store(ONE)),
            "loop variable v is float"),
        arguments(when(ZERO), "condition is int, expected boolean"),
        arguments(Stmts.copy(B, ZERO, Y, ZERO, Exprs.intLit(1)), "copy from b of i8 to y of f32"),
        arguments(Stmts.copy(X, ZERO, Y, ZERO, ONE), "count of a copy is float, expected int"),
        arguments(
            Stmts.fill(Y, ZERO, Exprs.intLit(1), ZERO),
            "value of a fill of y is int, expected float"),
        arguments(
            Stmts.invoke(WRITE, List.of(Exprs.row(P, ZERO)), List.of()),
            "write takes 1 arrays and 1 scalars, given 1 and 0"),
        arguments(
            Stmts.invoke(WRITE, List.of(Exprs.row(P, ZERO)), List.of(ZERO)),
            "v of write is int, expected float"),
        arguments(
            Stmts.invoke(WRITE, List.of(Y), List.of(ONE)),
            "o of write is f32 ROW of 2, given f32 FLAT of 4"),
        arguments(
            Stmts.invoke(TWO, List.of(Exprs.row(P, ZERO), Exprs.row(P, ZERO)), List.of()),
            "p, which two writes, is given twice"));
  }

  @ParameterizedTest
  @MethodSource("brokenStatements")
  void refusesStatement(Stmt body, String message) {
    assertRefused(kernel(body), message);
  }

  static Stream<Arguments> brokenExpressions() {
    Expr pair = Exprs.broadcast(ONE, 2);
    return Stream.of(
        arguments(Exprs.binary(BinaryOp.ADD, ONE, ZERO), "ADD of float and int"),
        arguments(Exprs.binary(BinaryOp.ADD, pair, ONE), "ADD of floatx2 and float"),
        arguments(Exprs.binary(BinaryOp.AND, ONE, ONE), "AND of float and float"),
        arguments(Exprs.binary(BinaryOp.SHL, ONE, ZERO), "SHL of float by int"),
        arguments(Exprs.binary(BinaryOp.SHL, ZERO, Exprs.longLit(1)), "SHL of int by long"),
        arguments(
            Exprs.binary(BinaryOp.LT, Exprs.boolLit(true), Exprs.boolLit(true)),
            "LT of boolean and boolean"),
        arguments(Exprs.not(ONE), "NOT of float"),
        arguments(Exprs.neg(Exprs.boolLit(true)), "NEG of boolean"),
        arguments(new Expr.Unary(Expr.UnaryOp.BIT_COUNT, ONE), "BIT_COUNT of float"),
        arguments(new Expr.Cast(LoopType.INT, pair), "cast of floatx2 to int"),
        arguments(Exprs.select(ZERO, ONE, ONE), "selection by int between float and float"),
        arguments(
            Exprs.select(Exprs.boolLit(true), ONE, ZERO),
            "selection by boolean between float and int"),
        arguments(new Expr.Call(Intrinsic.POW, List.of(ONE)), "POW of 1 arguments"),
        arguments(Exprs.call(Intrinsic.EXP, ZERO), "EXP of [int]"),
        arguments(Exprs.call(Intrinsic.EVENS, ONE), "EVENS of [float]"),
        arguments(Exprs.call(Intrinsic.ODDS, pair), "ODDS of [floatx2]"),
        arguments(Exprs.broadcast(pair, 2), "broadcast of floatx2 to 2 lanes"),
        arguments(Exprs.reduce(BinaryOp.ADD, ONE), "reduction of float by ADD"),
        arguments(Exprs.reduce(BinaryOp.SUB, pair), "reduction of floatx2 by SUB"),
        arguments(new Expr.Load(X, ZERO, -1), "a load of -1 lanes"),
        arguments(new Expr.Load(X, Exprs.intLit(3), 2), "index 3 of x, which has 4 elements"));
  }

  @ParameterizedTest
  @MethodSource("brokenExpressions")
  void refusesExpression(Expr e, String message) {
    assertRefused(kernel(store(e)), message);
  }

  @Test
  void refusesBuffersOfOneName() {
    assertRefused(new Kernel("k", "", List.of(X, X), Stmts.block()), "two buffers are named x");
  }

  @Test
  void refusesBareArraysAsParametersOfKernels() {
    Buffer row = Buffer.row("r", DType.FLOAT32, Role.INPUT, 4);
    assertRefused(new Kernel("k", "", List.of(row), Stmts.block()), "buffer r is a bare array");
  }

  @Test
  void checksBodiesOfFunctions() {
    Function bad = new Function("bad", "", List.of(), List.of(), store(ONE));
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> LoopVerifier.verify(kernel(Stmts.invoke(bad, List.of(), List.of()))));
    assertEquals("compiler bug: function bad: buffer y is not a parameter", e.getMessage());
  }

  @Test
  void refusesVectorsAsParametersOfFunctions() {
    Function bad =
        new Function(
            "bad", "", List.of(), List.of(new Var("w", LoopType.FLOAT.times(2))), Stmts.block());
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> LoopVerifier.verify(kernel(Stmts.invoke(bad, List.of(), List.of(ONE)))));
    assertEquals("compiler bug: function bad: parameter w is a vector", e.getMessage());
  }

  @Test
  void acceptsSiblingsThatUseOneName() {
    LoopVerifier.verify(
        kernel(
            Stmts.block(
                Stmts.loop("i", 4, i -> Stmts.store(Y, i, ONE)),
                Stmts.loop("i", 4, i -> Stmts.store(Y, i, Exprs.load(X, i))))));
  }

  @Test
  void acceptsRandomKernels() {
    for (long seed = 0; seed < 300; seed++) {
      LoopVerifier.verify(RandomKernels.of(seed));
    }
  }

  private static void assertRefused(Kernel kernel, String message) {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> LoopVerifier.verify(kernel));
    assertEquals("compiler bug: kernel k: " + message, e.getMessage());
  }
}
