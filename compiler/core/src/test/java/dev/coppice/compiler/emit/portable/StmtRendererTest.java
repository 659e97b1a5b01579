package dev.coppice.compiler.emit.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.emit.java.RuntimeTypes;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The text of statements; what they do is the business of {@link RandomKernelsTest}. */
class StmtRendererTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 64);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 64);
  private static final Buffer Q = Buffer.flat("q", DType.UINT8, Role.OUTPUT, 64);
  private static final Buffer H = Buffer.flat("h", DType.FLOAT16, Role.OUTPUT, 64);
  private static final Buffer P = Buffer.planar("p", DType.FLOAT32, Role.SCRATCH, 4, 64);
  private static final Var N = new Var("n", LoopType.INT);
  private static final Expr ZERO = Exprs.intLit(0);
  private static final Expr n = Exprs.ref(N);

  private static String text(Stmt body) {
    MethodNames names = new MethodNames(List.of(X, Y, Q, H, P), List.of(N), body);
    String code =
        RuntimeTypes.code(new StmtRenderer(names, Function::name).render(body)).toString();
    return code.replaceAll("java\\.(lang|util)\\.|dev\\.coppice\\.runtime\\.", "");
  }

  private static Array row(int r) {
    return Exprs.row(P, Exprs.intLit(r));
  }

  @Test
  void countsLoopsToAConstantOrAFixedVariable() {
    assertEquals(
        """
        for (int i = 0; i < n; i++) {
          y[yo + i] = x[xo + i];
        }
        """,
        text(
            Stmts.loop(
                "i", ZERO, n, 1, Stmt.AxisKind.VECTOR, i -> Stmts.store(Y, i, Exprs.load(X, i)))));
  }

  @Test
  void evaluatesOtherBoundsOnce() {
    assertEquals(
        """
        for (int i = 0, iEnd = n * 4; i < iEnd; i += 4) {
          y[yo + i] = 0f;
        }
        """,
        text(
            Stmts.loop(
                "i",
                ZERO,
                Exprs.mul(n, 4),
                4,
                Stmt.AxisKind.PARALLEL,
                i -> Stmts.store(Y, i, Exprs.floatLit(0)))));
  }

  @Test
  void fetchesRowsOnceThatALoopNeeds() {
    assertEquals(
        """
        final float[] p2 = p[po + 2];
        final float[] pRow = p[po + n];
        for (int i = 0; i < 64; i++) {
          p2[i] += pRow[i];
        }
        """,
        text(
            Stmts.loop(
                "i",
                64,
                i ->
                    Stmts.store(
                        row(2),
                        i,
                        Exprs.add(Exprs.load(row(2), i), Exprs.load(Exprs.row(P, n), i))))));
  }

  @Test
  void fetchesNoRowThatALoopMayNotTouch() {
    assertEquals(
        """
        for (int i = 0; i < 64; i++) {
          if (n < 4) {
            p[po + n][i] = 0f;
          }
        }
        """,
        text(
            Stmts.loop(
                "i",
                64,
                i ->
                    Stmts.when(
                        Exprs.lt(n, Exprs.intLit(4)),
                        Stmts.store(Exprs.row(P, n), i, Exprs.floatLit(0))))));
  }

  @Test
  void givesEachLaneAVariable() {
    Var acc = new Var("acc", LoopType.FLOAT.times(2));
    assertEquals(
        """
        float acc0 = 0f;
        float acc1 = 0f;
        acc0 += x[xo + n];
        acc1 += x[xo + n + 1];
        y[yo] = acc0 + acc1;
        """,
        text(
            Stmts.block(
                Stmts.local(acc, Exprs.literal(acc.type(), 0)),
                Stmts.assign(acc, Exprs.add(Exprs.ref(acc), Exprs.loadVector(X, n, 2))),
                Stmts.store(Y, ZERO, Exprs.reduce(Expr.BinaryOp.ADD, Exprs.ref(acc))))));
  }

  @Test
  void readsAllLanesBeforeItStoresWhereTheyOverlap() {
    assertEquals(
        """
        {
          final float lane0 = y[yo];
          final float lane1 = y[yo + 1];
          final float[] to = y;
          final int at = yo + 1;
          to[at] = lane0;
          to[at + 1] = lane1;
        }
        """,
        text(Stmts.store(Y, Exprs.intLit(1), Exprs.loadVector(Y, ZERO, 2))));
  }

  @Test
  void narrowsWhatItStores() {
    assertEquals("q[qo] = (byte) n;\n", text(Stmts.store(Q, ZERO, n)));
    assertEquals(
        "q[qo] = q[qo + 1];\n", text(Stmts.store(Q, ZERO, Exprs.load(Q, Exprs.intLit(1)))));
    assertEquals(
        "h[ho] = Half.floatToFp16(x[xo]);\n", text(Stmts.store(H, ZERO, Exprs.load(X, ZERO))));
  }

  @Test
  void copiesAndFillsByTheLibrary() {
    assertEquals(
        "System.arraycopy(x, xo + n, p[po + 1], 2, 8);\n",
        text(Stmts.copy(X, n, row(1), Exprs.intLit(2), Exprs.intLit(8))));
    assertEquals(
        "Arrays.fill(p[po], 2, 2 + n, -1f);\n",
        text(Stmts.fill(row(0), Exprs.intLit(2), n, Exprs.floatLit(-1))));
    assertEquals(
        "Arrays.fill(y, yo, yo + 8, 0f);\n",
        text(Stmts.fill(Y, ZERO, Exprs.intLit(8), Exprs.floatLit(0))));
  }

  @Test
  void chainsConditions() {
    assertEquals(
        """
        if (n < 1) {
          y[yo] = 1f;
        } else if (n < 2) {
          y[yo] = 2f;
        } else {
          // none
        }
        """,
        text(
            Stmts.when(
                Exprs.lt(n, Exprs.intLit(1)),
                Stmts.store(Y, ZERO, Exprs.floatLit(1)),
                Stmts.when(
                    Exprs.lt(n, Exprs.intLit(2)),
                    Stmts.store(Y, ZERO, Exprs.floatLit(2)),
                    Stmts.comment("none")))));
  }

  @Test
  void passesArraysWithTheirOffsetsAndRowsBare() {
    Function f =
        new Function(
            "f",
            "",
            List.of(X, Buffer.row("r", DType.FLOAT32, Role.INPUT, 0), P, Y),
            List.of(N),
            Stmts.block());
    assertEquals(
        "f(x, xo, p[po + 1], p, po, p[po + 2], 0, n + 1);\n",
        text(Stmts.invoke(f, List.of(X, row(1), P, row(2)), List.of(Exprs.add(n, 1)))));
  }
}
