package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.List;

/**
 * Copies float rows with zeros around them, in registers: short rows take less time than calls that
 * fill and copy arrays would.
 */
final class RowPadding {
  private final Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
  private final Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
  private final Var yAt = new Var("yAt", LoopType.INT);
  private final Var yStep = new Var("yStep", LoopType.INT);
  private final Var xAt = new Var("xAt", LoopType.INT);
  private final Var first = new Var("first", LoopType.INT);
  private final Var rows = new Var("rows", LoopType.INT);
  private final Var height = new Var("height", LoopType.INT);
  private final Var before = new Var("before", LoopType.INT);
  private final Var elements = new Var("elements", LoopType.INT);
  private final Var after = new Var("after", LoopType.INT);

  private RowPadding() {}

  /**
   * The call that lays {@code rows} rows from row {@code first} on, which may be outside.
   *
   * @param to result, whose first row is at {@code toAt} and whose rows are {@code toStep} apart
   * @param from input, whose row 0 is at {@code at}
   * @param height rows of the input
   * @param before zeros before each row
   * @param elements elements of a row, at least a register
   * @param after zeros after each row
   */
  static Stmt call(
      Array to,
      Expr toAt,
      int toStep,
      Array from,
      Expr at,
      Expr first,
      int rows,
      int height,
      int before,
      int elements,
      int after) {
    return Stmts.invoke(
        new RowPadding().function(),
        List.of(to, from),
        List.of(
            toAt,
            Exprs.intLit(toStep),
            at,
            first,
            Exprs.intLit(rows),
            Exprs.intLit(height),
            Exprs.intLit(before),
            Exprs.intLit(elements),
            Exprs.intLit(after)));
  }

  private Function function() {
    return new Function(
        "padRows",
        "y = rows of x with zeros before and after each, and zeros for rows outside.",
        List.of(y, x),
        List.of(yAt, yStep, xAt, first, rows, height, before, elements, after),
        each("r", Exprs.ref(rows), this::row));
  }

  private Stmt row(Expr r) {
    Var pitch = new Var("pitch", LoopType.INT);
    Var at = new Var("at", LoopType.INT);
    Var row = new Var("row", LoopType.INT);
    Expr whole = Exprs.add(Exprs.add(Exprs.ref(before), Exprs.ref(elements)), Exprs.ref(after));
    return Stmts.block(
        Stmts.local(pitch, whole),
        Stmts.local(at, Exprs.add(Exprs.ref(yAt), Exprs.mul(r, Exprs.ref(yStep)))),
        Stmts.local(row, Exprs.add(Exprs.ref(first), r)),
        Stmts.when(
            Exprs.and(
                Exprs.ge(Exprs.ref(row), Exprs.intLit(0)),
                Exprs.lt(Exprs.ref(row), Exprs.ref(height))),
            inside(at, pitch, row),
            outside(at, pitch)));
  }

  /** Zeros first: those of the last register on each side are overwritten where it is too wide. */
  private Stmt inside(Var at, Var pitch, Var row) {
    Expr end = Exprs.add(Exprs.ref(at), Exprs.ref(pitch));
    Var from = new Var("from", LoopType.INT);
    Var to = new Var("to", LoopType.INT);
    Expr last = Exprs.sub(Exprs.ref(elements), Exprs.lanes());
    return Stmts.block(
        each("i", registers(before), i -> zero(Exprs.add(Exprs.ref(at), lane(i)))),
        each("i", registers(after), i -> zero(Exprs.sub(Exprs.sub(end, Exprs.lanes()), lane(i)))),
        Stmts.local(
            from, Exprs.add(Exprs.ref(xAt), Exprs.mul(Exprs.ref(row), Exprs.ref(elements)))),
        Stmts.local(to, Exprs.add(Exprs.ref(at), Exprs.ref(before))),
        each("i", lessThanAll(Exprs.ref(elements)), i -> copy(from, to, lane(i))),
        copy(from, to, last));
  }

  private Stmt outside(Var at, Var pitch) {
    Expr last = Exprs.sub(Exprs.ref(pitch), Exprs.lanes());
    return Stmts.block(
        each("i", lessThanAll(Exprs.ref(pitch)), i -> zero(Exprs.add(Exprs.ref(at), lane(i)))),
        zero(Exprs.add(Exprs.ref(at), last)));
  }

  private static Stmt each(String name, Expr count, Stmts.LoopBody body) {
    return Stmts.loop(name, Exprs.intLit(0), count, 1, Stmt.AxisKind.PARALLEL, body);
  }

  private static Expr lane(Expr register) {
    return Exprs.mul(register, Exprs.lanes());
  }

  /** Registers that hold as many elements. */
  private static Expr registers(Var elements) {
    return Exprs.div(Exprs.add(Exprs.add(Exprs.ref(elements), Exprs.lanes()), -1), Exprs.lanes());
  }

  /** Registers before the last. */
  private static Expr lessThanAll(Expr elements) {
    return Exprs.div(Exprs.add(elements, -1), Exprs.lanes());
  }

  private Stmt zero(Expr at) {
    return Stmts.store(y, at, Exprs.broadcast(Exprs.floatLit(0), LoopType.REGISTER));
  }

  private Stmt copy(Var from, Var to, Expr at) {
    Expr value = Exprs.loadRegister(x, Exprs.add(Exprs.ref(from), at));
    return Stmts.store(y, Exprs.add(Exprs.ref(to), at), value);
  }
}
