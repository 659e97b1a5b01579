package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Expr.UnaryOp;
import dev.coppice.compiler.loop.LoopType.Scalar;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Seeded kernels that keep every rule of Loop IR and use every kind of statement and expression.
 */
public final class RandomKernels {
  private static final int LENGTH = 24;
  private static final int ROWS = 3;
  private static final BinaryOp[] INTEGER = {
    BinaryOp.ADD,
    BinaryOp.SUB,
    BinaryOp.MUL,
    BinaryOp.DIV,
    BinaryOp.REM,
    BinaryOp.MIN,
    BinaryOp.MAX,
    BinaryOp.AND,
    BinaryOp.OR,
    BinaryOp.XOR,
    BinaryOp.SHL,
    BinaryOp.SHR,
    BinaryOp.USHR
  };
  private static final BinaryOp[] FLOATING = {
    BinaryOp.ADD, BinaryOp.SUB, BinaryOp.MUL, BinaryOp.DIV, BinaryOp.REM, BinaryOp.MIN, BinaryOp.MAX
  };
  private static final BinaryOp[] BOOLEAN = {
    BinaryOp.AND, BinaryOp.OR, BinaryOp.XOR, BinaryOp.EQ, BinaryOp.NE
  };
  private static final BinaryOp[] COMPARISONS = {
    BinaryOp.LT, BinaryOp.LE, BinaryOp.GT, BinaryOp.GE, BinaryOp.EQ, BinaryOp.NE
  };
  private static final DType[] OUTPUTS = {
    DType.FLOAT32,
    DType.FLOAT64,
    DType.INT8,
    DType.UINT8,
    DType.INT16,
    DType.UINT16,
    DType.INT32,
    DType.UINT32,
    DType.INT64,
    DType.UINT64,
    DType.BOOL
  };

  private final Random random;
  private final List<Buffer> readable = new ArrayList<>();
  private final List<Var> variables = new ArrayList<>();
  private int names;

  private RandomKernels(long seed) {
    random = new Random(seed);
  }

  /** The kernel of this seed. */
  public static Kernel of(long seed) {
    return new RandomKernels(seed).kernel(seed);
  }

  private Kernel kernel(long seed) {
    List<Buffer> buffers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      DType dtype = pick(DType.values());
      buffers.add(Buffer.flat("x" + i, dtype, Buffer.Role.INPUT, LENGTH));
    }
    buffers.add(Buffer.planar("w", pick(OUTPUTS), Buffer.Role.WEIGHTS, ROWS, LENGTH));
    readable.addAll(buffers);
    Buffer p = Buffer.planar("p", DType.FLOAT32, Buffer.Role.SCRATCH, ROWS, LENGTH);
    Buffer y = Buffer.flat("y", pick(OUTPUTS), Buffer.Role.OUTPUT, LENGTH);
    buffers.addAll(List.of(p, y));
    List<Stmt> body = new ArrayList<>();
    for (int r = 0; r < ROWS; r++) {
      body.add(
          Stmts.fill(
              Exprs.row(p, Exprs.intLit(r)),
              Exprs.intLit(0),
              Exprs.intLit(LENGTH),
              value(LoopType.FLOAT, 1)));
    }
    readable.add(p);
    body.add(
        Stmts.fill(y, Exprs.intLit(0), Exprs.intLit(LENGTH), value(LoopType.of(y.dtype()), 0)));
    readable.add(y);
    for (int n = 2 + random.nextInt(4); n > 0; n--) {
      body.add(statement(p, y, 3));
    }
    return new Kernel("random" + seed, "seed " + seed, buffers, new Stmt.Block(body));
  }

  private Stmt statement(Buffer p, Buffer y, int depth) {
    switch (random.nextInt(depth > 0 ? 9 : 4)) {
      case 0:
        return Stmts.copy(
            row(p),
            Exprs.intLit(4),
            Exprs.row(p, Exprs.intLit(0)),
            Exprs.intLit(12),
            Exprs.intLit(random.nextInt(6)));
      case 1:
        {
          int lanes = lanes();
          return Stmts.store(row(p), index(lanes), value(LoopType.FLOAT.times(lanes), 2));
        }
      case 2, 3:
        {
          int lanes = lanes();
          return Stmts.store(y, index(lanes), value(LoopType.of(y.dtype()).times(lanes), 3));
        }
      case 4:
        {
          int mark = variables.size();
          Stmt then = statement(p, y, depth - 1);
          release(mark);
          return random.nextBoolean()
              ? Stmts.when(value(LoopType.BOOLEAN, 2), then)
              : Stmts.when(value(LoopType.BOOLEAN, 2), then, statement(p, y, depth - 1));
        }
      default:
        return loop(p, y, depth);
    }
  }

  private Stmt loop(Buffer p, Buffer y, int depth) {
    Var i = new Var("i" + names++, LoopType.INT);
    int mark = variables.size();
    variables.add(i);
    List<Stmt> body = new ArrayList<>();
    Var acc = new Var("acc" + names++, type().times(lanes()));
    body.add(Stmts.local(acc, value(acc.type(), 2)));
    variables.add(acc);
    if (random.nextBoolean()) {
      body.add(Stmts.assign(acc, value(acc.type(), 2)));
    }
    if (acc.type().scalar() != Scalar.BOOLEAN) {
      body.add(Stmts.assign(acc, Exprs.add(Exprs.ref(acc), value(acc.type(), 2))));
    }
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      body.add(statement(p, y, depth - 1));
    }
    release(mark);
    Expr from = Exprs.intLit(random.nextInt(3));
    Expr to =
        random.nextBoolean() ? Exprs.intLit(8) : Exprs.and(value(LoopType.INT, 2), Exprs.intLit(7));
    return new Stmt.For(
        i, from, to, 1 + random.nextInt(3), pick(Stmt.AxisKind.values()), new Stmt.Block(body));
  }

  private void release(int mark) {
    variables.subList(mark, variables.size()).clear();
  }

  private Array row(Buffer p) {
    return Exprs.row(
        p,
        random.nextBoolean()
            ? Exprs.intLit(random.nextInt(ROWS))
            : Exprs.rem(Exprs.and(value(LoopType.INT, 1), Exprs.intLit(255)), Exprs.intLit(ROWS)));
  }

  private int lanes() {
    return random.nextInt(3) > 0 ? 1 : 2 + random.nextInt(4);
  }

  private LoopType type() {
    return new LoopType(pick(Scalar.values()), 1);
  }

  /** An index from which {@code lanes} elements are within every buffer. */
  private Expr index(int lanes) {
    int end = LENGTH - lanes + 1;
    return random.nextBoolean()
        ? Exprs.intLit(random.nextInt(end))
        : Exprs.rem(Exprs.and(value(LoopType.INT, 1), Exprs.intLit(1023)), Exprs.intLit(end));
  }

  private Expr value(LoopType type, int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return leaf(type);
    }
    if (type.isVector() && random.nextInt(5) == 0) {
      return Exprs.broadcast(value(type.lane(), depth - 1), type.lanes());
    }
    if (!type.isVector() && random.nextInt(8) == 0) {
      LoopType vector = type.times(2 + random.nextInt(4));
      BinaryOp[] ops =
          type.equals(LoopType.BOOLEAN)
              ? new BinaryOp[] {BinaryOp.AND, BinaryOp.OR, BinaryOp.XOR}
              : new BinaryOp[] {BinaryOp.ADD, BinaryOp.MUL, BinaryOp.MIN, BinaryOp.MAX};
      return Exprs.reduce(pick(ops), value(vector, depth - 1));
    }
    return switch (random.nextInt(6)) {
      case 0 ->
          Exprs.select(
              value(LoopType.BOOLEAN.times(type.lanes()), depth - 1),
              value(type, depth - 1),
              value(type, depth - 1));
      case 1 -> new Expr.Cast(type, value(type().times(type.lanes()), depth - 1));
      case 2 -> unary(type, depth - 1);
      case 3 -> type.isFloating() ? call(type, depth - 1) : binary(type, depth - 1);
      default -> binary(type, depth - 1);
    };
  }

  private Expr unary(LoopType type, int depth) {
    if (type.scalar() == Scalar.BOOLEAN) {
      return Exprs.not(value(type, depth));
    }
    if (type.scalar() == Scalar.INT && random.nextInt(3) == 0) {
      LoopType of = (random.nextBoolean() ? LoopType.INT : LoopType.LONG).times(type.lanes());
      return new Expr.Unary(UnaryOp.BIT_COUNT, value(of, depth));
    }
    UnaryOp op =
        type.isFloating() || random.nextBoolean()
            ? pick(new UnaryOp[] {UnaryOp.NEG, UnaryOp.ABS})
            : UnaryOp.NOT;
    return new Expr.Unary(op, value(type, depth));
  }

  private Expr call(LoopType type, int depth) {
    Intrinsic f = pick(Intrinsic.values());
    if (!f.resultOf(type).equals(type) || f == Intrinsic.FLOAT_OF_BITS || f.movesLanes()) {
      f = Intrinsic.FLOOR;
    }
    Expr[] arguments = new Expr[f.arity()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = value(type, depth);
    }
    return Exprs.call(f, arguments);
  }

  private Expr binary(LoopType type, int depth) {
    if (type.scalar() == Scalar.BOOLEAN) {
      if (random.nextInt(3) == 0) {
        LoopType of = (random.nextBoolean() ? LoopType.FLOAT : LoopType.DOUBLE).times(type.lanes());
        return Exprs.call(
            random.nextBoolean() ? Intrinsic.IS_NAN : Intrinsic.IS_INFINITE, value(of, depth));
      }
      boolean logic = random.nextBoolean();
      LoopType of =
          logic
              ? type
              : pick(new LoopType[] {LoopType.INT, LoopType.LONG, LoopType.FLOAT, LoopType.DOUBLE})
                  .times(type.lanes());
      return Exprs.binary(pick(logic ? BOOLEAN : COMPARISONS), value(of, depth), value(of, depth));
    }
    if (type.isFloating()) {
      return Exprs.binary(pick(FLOATING), value(type, depth), value(type, depth));
    }
    BinaryOp op = pick(INTEGER);
    Expr a = value(type, depth);
    return switch (op) {
      case DIV, REM ->
          Exprs.binary(op, a, Exprs.binary(BinaryOp.OR, value(type, depth), one(type)));
      case SHL, SHR, USHR -> Exprs.binary(op, a, value(LoopType.INT.times(type.lanes()), depth));
      default -> Exprs.binary(op, a, value(type, depth));
    };
  }

  private static Expr one(LoopType type) {
    return Exprs.literal(type, 1);
  }

  private Expr leaf(LoopType type) {
    List<Expr> leaves = new ArrayList<>();
    for (Var v : variables) {
      if (v.type().equals(type)) {
        leaves.add(Exprs.ref(v));
      }
    }
    for (Buffer b : readable) {
      if (LoopType.of(b.dtype()).equals(type.lane())) {
        int at = random.nextInt(LENGTH - type.lanes() + 1);
        Array a =
            b.layout() == Buffer.Layout.PLANAR
                ? Exprs.row(b, Exprs.intLit(random.nextInt(ROWS)))
                : b;
        leaves.add(new Expr.Load(a, Exprs.intLit(at), type.lanes()));
      }
    }
    leaves.add(Exprs.literal(type, random.nextInt(4) == 0 ? special() : random.nextInt(9) - 4));
    return leaves.get(random.nextInt(leaves.size()));
  }

  private double special() {
    double[] values = {
      Double.NaN,
      -0.0,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Integer.MIN_VALUE,
      0.1,
      1e30
    };
    return values[random.nextInt(values.length)];
  }

  private <T> T pick(T[] from) {
    return from[random.nextInt(from.length)];
  }
}
