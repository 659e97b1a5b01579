package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.boolLit;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.rem;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of {@code x} that pooling windows cover, copied to scratch planes with pads.
 *
 * @param w the window
 * @param xShape shape of {@code x}
 * @param x operand
 * @param plane element type of the planes
 * @param width elements of a padded row
 * @param padding value of pads
 */
record PoolRows(PoolWindow w, Shape xShape, Buffer x, DType plane, int width, double padding) {
  /**
   * Row {@code r} of {@code to} becomes the row of {@code x} below tap {@code tap} of row {@code
   * output} of the result, or padding.
   */
  Stmt row(Expr output, Expr r, Expr tap, Array to) {
    int last = w.rank() - 1;
    int rowTaps = w.kernel().subList(0, last).stream().reduce(1, (a, b) -> a * b);
    LoopType type = LoopType.of(plane);
    Expr rest = output;
    Expr restTap = tap;
    Expr row = intLit(0);
    Expr valid = boolLit(true);
    int size = 1;
    List<Stmt> out = new ArrayList<>();
    for (int a = last - 1; a >= 0; a--) {
      Var at = new Var("at" + a, LoopType.INT);
      Expr o = rem(rest, intLit(w.outputShape().get(a)));
      Expr t = w.kernel().get(a) == rowTaps ? tap : rem(restTap, intLit(w.kernel().get(a)));
      out.add(
          local(
              at,
              add(
                  add(mul(o, w.strides().get(a)), mul(t, w.dilations().get(a))),
                  -w.pads().get(a))));
      int extent = xShape.dim(a + 2);
      if (!w.inside(a, extent)) {
        Expr here = and(ge(ref(at), intLit(0)), lt(ref(at), intLit(extent)));
        valid = valid instanceof Expr.Literal ? here : and(valid, here);
      }
      row = add(row, mul(ref(at), size));
      size *= extent;
      rest = div(rest, intLit(w.outputShape().get(a)));
      restTap = div(restTap, intLit(w.kernel().get(a)));
    }
    int from = xShape.dim(-1);
    int pad = Math.min(w.pads().get(last), width);
    Expr n = intLit(Math.min(from, width - pad));
    Expr place = add(mul(r, width), pad);
    Stmt copied = move(mul(add(mul(rest, size), row), from), to, place, n);
    out.add(
        valid instanceof Expr.Literal
            ? copied
            : when(valid, copied, fill(to, place, n, literal(type, padding))));
    return new Stmt.Block(out);
  }

  private Stmt move(Expr from, Array to, Expr place, Expr n) {
    return plane == x.dtype()
        ? Stmts.copy(x, from, to, place, n)
        : loop(
            "c",
            intLit(0),
            n,
            1,
            AxisKind.VECTOR,
            c -> store(to, add(place, c), load(x, add(from, c))));
  }
}
