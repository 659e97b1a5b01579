package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.doubleLit;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** A transform of any length by definition, with the {@code n} roots of unity in a table. */
final class DirectFourier implements FourierLine {
  private final int n;
  private final Buffer z;
  private final Buffer roots;

  DirectFourier(KernelBuilder k, int n) {
    this.n = n;
    this.z = k.scratchRows("z", DType.FLOAT64, 4, n);
    this.roots =
        k.weightRows(
            "roots",
            Tensor.fromDoubles(
                TensorType.of(DType.FLOAT64, 2, n),
                i -> {
                  double angle = -2 * Math.PI * (i % n) / n;
                  return i < n ? Math.cos(angle) : Math.sin(angle);
                }));
  }

  private Expr element(Buffer rows, int row, Expr i) {
    return load(row(rows, intLit(row)), i);
  }

  @Override
  public Stmt clear() {
    return Stmts.block(
        fill(row(z, intLit(0)), intLit(0), intLit(n), doubleLit(0)),
        fill(row(z, intLit(1)), intLit(0), intLit(n), doubleLit(0)));
  }

  @Override
  public Stmt put(Expr i, Expr re, Expr im) {
    return Stmts.block(store(row(z, intLit(0)), i, re), store(row(z, intLit(1)), i, im));
  }

  @Override
  public Stmt transform() {
    Var re = new Var("re", LoopType.DOUBLE);
    Var im = new Var("im", LoopType.DOUBLE);
    Var at = new Var("at", LoopType.INT);
    Var next = new Var("next", LoopType.INT);
    return loop(
        "f",
        n,
        f ->
            new Stmt.Block(
                List.of(
                    local(re, doubleLit(0)),
                    local(im, doubleLit(0)),
                    local(at, intLit(0)),
                    reduceLoop("j", n, j -> term(re, im, at, next, f, j)),
                    store(row(z, intLit(2)), f, ref(re)),
                    store(row(z, intLit(3)), f, ref(im)))));
  }

  private Stmt term(Var re, Var im, Var at, Var next, Expr f, Expr j) {
    Expr a = element(z, 0, j);
    Expr b = element(z, 1, j);
    Expr c = element(roots, 0, ref(at));
    Expr s = element(roots, 1, ref(at));
    return new Stmt.Block(
        List.of(
            assign(re, add(ref(re), sub(mul(a, c), mul(b, s)))),
            assign(im, add(ref(im), add(mul(a, s), mul(b, c)))),
            local(next, add(ref(at), f)),
            assign(at, select(ge(ref(next), intLit(n)), sub(ref(next), intLit(n)), ref(next)))));
  }

  @Override
  public Expr real(Expr i) {
    return element(z, 2, i);
  }

  @Override
  public Expr imaginary(Expr i) {
    return element(z, 3, i);
  }
}
