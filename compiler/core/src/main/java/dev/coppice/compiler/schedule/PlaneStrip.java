package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of a plane with zeros around them. Each begins at a cache line, since registers that are
 * stored across two take several times as long; the zeros behind a row serve as those before the
 * next. A last register that a row does not fill is loaded with what follows the row in the input,
 * and zeros take its place; the last planes, which nothing follows, are copied by their length.
 * Where there are two phases, the even columns of each row are laid first, then the odd ones, each
 * as if they were a row: every second column of the input lies side by side.
 *
 * @param before zeros before each row
 * @param width elements of a row
 * @param after zeros after each row
 * @param height rows of a plane
 * @param planes how many there are
 * @param rows rows of a strip
 * @param phases 1 or 2
 */
record PlaneStrip(int before, int width, int after, int height, int planes, int rows, int phases) {
  private static final int LINE = LoopType.MOST_LANES;
  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /** Where the first row begins. */
  int margin() {
    return lines(Loops.ceilDiv(before, phases));
  }

  /** Distance of two rows. */
  int pitch() {
    return phases * phase();
  }

  /** Distance of two phases of a row. */
  private int phase() {
    return lines(Loops.ceilDiv(width, phases) + Loops.ceilDiv(Math.max(before, after), phases));
  }

  /** Where what {@code column} of the kernel meets begins in the first row, for the first place. */
  int column(int column) {
    int at = column - before;
    return margin() + Math.floorMod(at, phases) * phase() + Math.floorDiv(at, phases);
  }

  /** Elements of a strip; behind its rows is room for a register, not defined. */
  int length() {
    return margin() + rows * pitch() + LINE;
  }

  /** Elements of as many cache lines as hold {@code elements}. */
  static int lines(int elements) {
    return Loops.ceilDiv(elements, LINE) * LINE;
  }

  /**
   * As many ones as the widest register has lanes, then as many zeros: {@link #lay} keeps the first
   * m lanes of a register where m ones are left.
   */
  static Buffer lanes(KernelBuilder k) {
    float[] kept = new float[2 * LINE];
    IntStream.range(0, LINE).forEach(i -> kept[i] = 1);
    return k.weights("lanes", Tensor.ofFloats(Shape.of(kept.length), kept));
  }

  /**
   * Statements that lay rows from row {@code first} on, which may be outside, of plane {@code
   * plane} of {@code x} into {@code to}.
   */
  Stmt lay(Buffer x, Expr plane, Expr first, Buffer to, Buffer lanes) {
    List<Array> arrays = List.of(to, x, lanes);
    List<Expr> scalars = List.of(Exprs.mul(plane, height * width), first);
    Stmt registers = Stmts.invoke(function(true), arrays, scalars);
    if (width % (phases * LINE) == 0) {
      return registers;
    }
    // Without registers, which are objects until the JIT has compiled what is called so seldom.
    Stmt elements = Stmts.invoke(function(false), arrays, scalars);
    int last = Loops.ceilDiv(phases * LINE, Math.max(1, height * width));
    return planes <= last
        ? elements
        : Stmts.when(Exprs.lt(plane, Exprs.intLit(planes - last)), registers, elements);
  }

  private Function function(boolean registers) {
    Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    Buffer lanes = Buffer.flat("lanes", DType.FLOAT32, Buffer.Role.WEIGHTS, 0);
    Var at = new Var("at", LoopType.INT);
    Var first = new Var("first", LoopType.INT);
    return new Function(
        (registers ? "layRegisters" : "layElements")
            + width
            + "Of"
            + pitch()
            + (phases == 1 ? "" : "Apart"),
        "y = rows of x"
            + (phases == 1 ? "" : ", even columns first,")
            + " with zeros behind each, and zeros for rows outside.",
        List.of(y, x, lanes),
        List.of(at, first),
        Stmts.block(
            blank(y, Exprs.intLit(0), margin(), registers),
            Loops.each("r", rows, r -> row(y, x, lanes, at, first, r, registers))));
  }

  private Stmt row(Buffer y, Buffer x, Buffer lanes, Var at, Var first, Expr r, boolean registers) {
    Var from = new Var("from", LoopType.INT);
    Var to = new Var("to", LoopType.INT);
    Var row = new Var("row", LoopType.INT);
    Expr number = Exprs.ref(row);
    return Stmts.block(
        Stmts.local(to, Exprs.add(Exprs.mul(r, pitch()), margin())),
        Stmts.local(row, Exprs.add(Exprs.ref(first), r)),
        Stmts.when(
            Exprs.and(Exprs.ge(number, Exprs.intLit(0)), Exprs.lt(number, Exprs.intLit(height))),
            Stmts.block(
                Stmts.local(from, Exprs.add(Exprs.ref(at), Exprs.mul(number, width))),
                !registers
                    ? elements(y, to, x, from)
                    : phases == 1
                        ? registers(y, to, x, from, lanes)
                        : apart(y, to, x, from, lanes)),
            blank(y, Exprs.ref(to), pitch(), registers)));
  }

  private Stmt registers(Buffer y, Var to, Buffer x, Var from, Buffer lanes) {
    Expr whole = Exprs.div(Exprs.intLit(width), Exprs.lanes());
    Stmt copies =
        each(
            Exprs.intLit(0),
            whole,
            i ->
                Stmts.store(
                    y,
                    Exprs.add(Exprs.ref(to), i),
                    Exprs.loadRegister(x, Exprs.add(Exprs.ref(from), i))));
    if (width % LINE == 0) {
      return Stmts.block(copies, zeros(y, Exprs.ref(to), whole, pitch()));
    }
    Expr last = Exprs.mul(whole, Exprs.lanes());
    Expr ones = Exprs.rem(Exprs.intLit(width), Exprs.lanes());
    Var rest = new Var("rest", REGISTER);
    return Stmts.block(
        copies,
        Stmts.local(rest, Exprs.loadRegister(x, Exprs.add(Exprs.ref(from), last))),
        Stmts.store(y, Exprs.add(Exprs.ref(to), last), lower(lanes, ones, Exprs.ref(rest), zero())),
        zeros(y, Exprs.ref(to), Exprs.add(whole, 1), pitch()));
  }

  private static Expr zero() {
    return Exprs.broadcast(Exprs.floatLit(0), LoopType.REGISTER);
  }

  /** The first {@code count} lanes of {@code a}, the others of {@code b}. */
  private static Expr lower(Buffer lanes, Expr count, Expr a, Expr b) {
    Expr kept = Exprs.loadRegister(lanes, Exprs.sub(Exprs.intLit(LINE), count));
    return Exprs.select(Exprs.binary(Expr.BinaryOp.GT, kept, zero()), a, b);
  }

  /** A row in two phases, by registers. */
  private Stmt apart(Buffer y, Var to, Buffer x, Var from, Buffer lanes) {
    Expr whole = Exprs.div(Exprs.intLit(width / 2), Exprs.lanes());
    Expr last = Exprs.mul(whole, Exprs.lanes());
    boolean even = width % (2 * LINE) == 0;
    List<Stmt> body = new ArrayList<>();
    body.add(each(Exprs.intLit(0), whole, i -> pair(y, to, x, from, lanes, i, false)));
    if (!even) {
      body.add(pair(y, to, x, from, lanes, last, true));
    }
    for (int p = 0; p < 2; p++) {
      Expr at = Exprs.add(Exprs.ref(to), p * phase());
      body.add(zeros(y, at, even ? whole : Exprs.add(whole, 1), phase()));
    }
    return Stmts.block(body);
  }

  /** Register {@code i} of both phases: of the last one only what is of the row. */
  private Stmt pair(Buffer y, Var to, Buffer x, Var from, Buffer lanes, Expr i, boolean last) {
    Var a = new Var("a", REGISTER);
    Var b = new Var("b", REGISTER);
    Expr at = Exprs.add(Exprs.ref(from), Exprs.mul(i, 2));
    List<Stmt> body = new ArrayList<>();
    body.add(Stmts.local(a, Exprs.loadRegister(x, at)));
    body.add(Stmts.local(b, Exprs.loadRegister(x, Exprs.add(at, Exprs.lanes()))));
    for (int p = 0; p < 2; p++) {
      Intrinsic order = p == 0 ? Intrinsic.EVENS : Intrinsic.ODDS;
      Expr half = Exprs.div(Exprs.lanes(), Exprs.intLit(2));
      Expr all =
          lower(lanes, half, Exprs.call(order, Exprs.ref(a)), Exprs.call(order, Exprs.ref(b)));
      Expr left = Exprs.sub(Exprs.intLit((width + 1 - p) / 2), i);
      Expr kept = last ? lower(lanes, left, all, zero()) : all;
      body.add(Stmts.store(y, Exprs.add(Exprs.add(Exprs.ref(to), p * phase()), i), kept));
    }
    return Stmts.block(body);
  }

  private Stmt elements(Buffer y, Var to, Buffer x, Var from) {
    if (phases == 2) {
      return Stmts.block(phaseElements(y, to, x, from, 0), phaseElements(y, to, x, from, 1));
    }
    return Stmts.block(
        Stmts.copy(x, Exprs.ref(from), y, Exprs.ref(to), Exprs.intLit(width)),
        Stmts.fill(
            y, Exprs.add(Exprs.ref(to), width), Exprs.intLit(pitch() - width), Exprs.floatLit(0)));
  }

  private Stmt phaseElements(Buffer y, Var to, Buffer x, Var from, int p) {
    int count = (width + 1 - p) / 2;
    Expr at = Exprs.add(Exprs.ref(to), p * phase());
    Stmt copies =
        Loops.each(
            "i",
            count,
            i ->
                Stmts.store(
                    y,
                    Exprs.add(at, i),
                    Exprs.load(x, Exprs.add(Exprs.add(Exprs.ref(from), Exprs.mul(i, 2)), p))));
    Expr zeros = Exprs.intLit(phase() - count);
    return Stmts.block(copies, Stmts.fill(y, Exprs.add(at, count), zeros, Exprs.floatLit(0)));
  }

  /** Zeros in {@code length} elements from {@code at} on. */
  private static Stmt blank(Buffer y, Expr at, int length, boolean registers) {
    return registers || length == 0
        ? zeros(y, at, Exprs.intLit(0), length)
        : Stmts.fill(y, at, Exprs.intLit(length), Exprs.floatLit(0));
  }

  /** Zeros from register {@code first} on, up to {@code length} elements behind {@code at}. */
  private static Stmt zeros(Buffer y, Expr at, Expr first, int length) {
    return length == 0
        ? Stmts.block()
        : each(
            first,
            Exprs.div(Exprs.intLit(length), Exprs.lanes()),
            i ->
                Stmts.store(
                    y, Exprs.add(at, i), Exprs.broadcast(Exprs.floatLit(0), LoopType.REGISTER)));
  }

  /** {@code body} for the first lane of each register from one to another. */
  private static Stmt each(Expr first, Expr end, Stmts.LoopBody body) {
    return Stmts.loop(
        "i", first, end, 1, Stmt.AxisKind.PARALLEL, i -> body.apply(Exprs.mul(i, Exprs.lanes())));
  }
}
