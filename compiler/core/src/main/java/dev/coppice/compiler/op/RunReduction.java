package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.broadcast;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.loadVector;
import static dev.coppice.compiler.loop.Exprs.reduce;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;

/**
 * Combines a run of consecutive elements with eight accumulators: Java never reorders float
 * additions, so that a single accumulator waits for every addition.
 *
 * @param name prefix of the variables, unique in the kernel
 * @param op ADD, MUL, MIN or MAX
 * @param start value of an empty run
 * @param type type that is accumulated in
 */
record RunReduction(String name, BinaryOp op, double start, LoopType type) {
  private static final int LANES = 8;

  /** An element, or several as a vector, as it enters the combination. */
  @FunctionalInterface
  interface Element {
    /** The elements at {@code index}, {@code lanes} of them. */
    Expr at(Expr index, int lanes);
  }

  /** Elements of {@code array} from {@code base} on. */
  static Element of(Array array, Expr base) {
    return (i, lanes) -> loadVector(array, add(base, i), lanes);
  }

  /** {@code scalar} with as many lanes as {@code other}. */
  static Expr like(Expr scalar, Expr other) {
    return other.type().isVector() ? broadcast(scalar, other.type().lanes()) : scalar;
  }

  /** The variable that holds the result after {@link #statements}. */
  Var result() {
    return new Var(name, type);
  }

  /**
   * Declares and computes {@link #result} over indices {@code [0, length)}; belongs into one block
   * with what uses the result.
   */
  List<Stmt> statements(int length, Element element) {
    List<Stmt> out = new ArrayList<>();
    int whole = type.equals(LoopType.FLOAT) && length >= 2 * LANES ? length / LANES * LANES : 0;
    Expr first = literal(type, start);
    if (whole > 0) {
      Var lanes = new Var(name + "Lanes", type.times(LANES));
      out.add(local(lanes, broadcast(first, LANES)));
      out.add(
          loop(
              name + "V",
              intLit(0),
              intLit(whole),
              LANES,
              AxisKind.REDUCE,
              i -> assign(lanes, binary(op, ref(lanes), element.at(i, LANES)))));
      first = reduce(op, ref(lanes));
    }
    Var result = result();
    out.add(local(result, first));
    if (whole < length) {
      out.add(
          loop(
              name + "I",
              intLit(whole),
              intLit(length),
              1,
              AxisKind.REDUCE,
              i -> assign(result, binary(op, ref(result), element.at(i, 1)))));
    }
    return out;
  }
}
