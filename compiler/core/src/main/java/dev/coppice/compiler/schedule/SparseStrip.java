package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of a few registers of neighbouring places of every channel, those of a channel side by
 * side: each begins at a multiple of its length, the last one too, which may overlap the one before
 * where it is copied from.
 *
 * @param vectors registers of places
 * @param channels channels
 * @param plane distance of two channels where they are copied from
 * @param pitch distance of two channels in the strip
 */
record SparseStrip(int vectors, int channels, int plane, int pitch) {
  /**
   * The call that copies to {@code strip}.
   *
   * @param x inputs
   * @param xAt the first place of channel 0
   * @param last places from the first register to the last
   */
  Stmt call(Buffer strip, Buffer x, Expr xAt, Expr last) {
    return Stmts.invoke(function(), List.of(strip, x), List.of(xAt, last));
  }

  private Function function() {
    Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    Var xAt = new Var("xAt", LoopType.INT);
    Var last = new Var("last", LoopType.INT);
    return new Function(
        "strip" + channels + "x" + vectors + "Of" + plane,
        "y = " + vectors + " registers of places of each channel of x.",
        List.of(y, x),
        List.of(xAt, last),
        Loops.each("c", channels, c -> channel(y, x, c, xAt, last)));
  }

  private Stmt channel(Buffer y, Buffer x, Expr c, Var xAt, Var last) {
    Var from = new Var("from", LoopType.INT);
    Var to = new Var("to", LoopType.INT);
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(from, Exprs.add(Exprs.ref(xAt), Exprs.mul(c, plane))));
    body.add(Stmts.local(to, Exprs.mul(c, pitch)));
    for (int v = 0; v < vectors; v++) {
      Expr place = SparseTile.place(v, vectors, Exprs.ref(last));
      Expr register = Exprs.loadRegister(x, Exprs.add(Exprs.ref(from), place));
      Expr at = Exprs.add(Exprs.ref(to), Exprs.mul(Exprs.lanes(), v));
      body.add(Stmts.store(y, at, register));
    }
    return Stmts.block(body);
  }
}
