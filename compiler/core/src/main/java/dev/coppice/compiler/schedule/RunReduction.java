package dev.coppice.compiler.schedule;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.broadcast;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.loadVector;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.reduce;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Combines a run of consecutive elements with several accumulators, in a register or eight: Java
 * never reorders float additions, so that a single accumulator waits for every addition.
 *
 * @param name prefix of the variables, unique in the kernel
 * @param op ADD, MUL, MIN or MAX
 * @param start value of an empty run
 * @param type type that is accumulated in
 * @param registers whether accumulators are a register
 */
public record RunReduction(
    String name, BinaryOp op, double start, LoopType type, boolean registers) {
  private static final int LANES = 8;

  /** With accumulators of their own. */
  public RunReduction(String name, BinaryOp op, double start, LoopType type) {
    this(name, op, start, type, false);
  }

  /** Whether elements of {@code dtype} come in registers. */
  public static boolean inRegisters(Target target, DType dtype) {
    return target.vectorApi() && dtype == DType.FLOAT32;
  }

  /** An element, or several as a vector, as it enters the combination. */
  @FunctionalInterface
  public interface Element {
    /** The elements at {@code index}, {@code lanes} of them, which may fill a register. */
    Expr at(Expr index, int lanes);
  }

  /** Elements of {@code array} from {@code base} on. */
  public static Element of(Array array, Expr base) {
    return (i, lanes) -> loadVector(array, add(base, i), lanes);
  }

  /** {@code scalar} with as many lanes as {@code other}. */
  public static Expr like(Expr scalar, Expr other) {
    return other.type().isVector() ? broadcast(scalar, other.type().lanes()) : scalar;
  }

  /** The variable that holds the result after {@link #statements}. */
  public Var result() {
    return new Var(name, type);
  }

  /**
   * Declares and computes {@link #result} over indices {@code [0, length)}; belongs into one block
   * with what uses the result.
   */
  public List<Stmt> statements(int length, Element element) {
    List<Stmt> out = new ArrayList<>();
    boolean wide = registers && length >= LoopType.MOST_LANES;
    boolean several = type.equals(LoopType.FLOAT) && length >= 2 * LANES;
    Expr first = literal(type, start);
    Expr done = intLit(0);
    if (wide || several) {
      int lanes = wide ? LoopType.REGISTER : LANES;
      Expr each = wide ? Exprs.lanes() : intLit(LANES);
      Expr whole = div(intLit(length), each);
      Var sums = new Var(name + "Lanes", type.times(lanes));
      out.add(local(sums, broadcast(first, lanes)));
      out.add(
          loop(
              name + "V",
              intLit(0),
              whole,
              1,
              AxisKind.REDUCE,
              i -> assign(sums, binary(op, ref(sums), element.at(mul(i, each), lanes)))));
      first = reduce(op, ref(sums));
      boolean all = length % (wide ? LoopType.MOST_LANES : LANES) == 0;
      done = all ? intLit(length) : mul(whole, each);
    }
    Var result = result();
    out.add(local(result, first));
    if (!done.equals(intLit(length))) {
      out.add(
          loop(
              name + "I",
              done,
              intLit(length),
              1,
              AxisKind.REDUCE,
              i -> assign(result, binary(op, ref(result), element.at(i, 1)))));
    }
    return out;
  }
}
