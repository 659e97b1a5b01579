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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The microkernels of dense and sparse float code: {@code o[i] += p0[i]*w0 + ... + p3[i]*w3} over
 * arrays of their own, all walked at one index. HotSpot 17 stops vectorising with a fifth term, a
 * second result or an offset, so this is the shape everything is reduced to.
 */
final class Axpy {
  /** Most terms of one call. */
  static final int TERMS = 4;

  private Axpy() {}

  /** {@code o += sum of terms}. */
  static Stmt accumulate(Array o, List<Array> p, List<Expr> w, Expr n) {
    return invoke(false, o, p, w, n);
  }

  /** {@code o = b + sum of terms}. */
  static Stmt start(Array o, Expr b, List<Array> p, List<Expr> w, Expr n) {
    List<Expr> scalars = new ArrayList<>();
    scalars.add(b);
    scalars.addAll(w);
    return invoke(true, o, p, scalars, n);
  }

  private static Stmt invoke(boolean start, Array o, List<Array> p, List<Expr> w, Expr n) {
    List<Array> arrays = new ArrayList<>();
    arrays.add(o);
    arrays.addAll(p);
    List<Expr> scalars = new ArrayList<>(w);
    scalars.add(n);
    return Stmts.invoke(function(start, p.size(), o.dtype()), arrays, scalars);
  }

  /**
   * All {@code terms} terms, four a call and the rest in one. Term {@code k} is {@code p(k) *
   * w(k)}; loops over the full calls, so code size does not depend on the number of terms.
   *
   * @param bias starts from this instead of {@code o}'s present value when not null
   */
  static Stmt sum(Array o, @Nullable Expr bias, int terms, Terms p, Expr n) {
    List<Stmt> body = new ArrayList<>();
    int from = 0;
    if (bias != null) {
      from = Math.min(TERMS, terms);
      body.add(
          start(o, bias, p.arrays(Exprs.intLit(0), from), p.weights(Exprs.intLit(0), from), n));
    }
    int full = (terms - from) / TERMS * TERMS;
    if (full == TERMS) {
      Expr at = Exprs.intLit(from);
      body.add(accumulate(o, p.arrays(at, TERMS), p.weights(at, TERMS), n));
    } else if (full > 0) {
      body.add(
          Stmts.loop(
              "k",
              Exprs.intLit(from),
              Exprs.intLit(from + full),
              TERMS,
              Stmt.AxisKind.REDUCE,
              k -> accumulate(o, p.arrays(k, TERMS), p.weights(k, TERMS), n)));
    }
    int rest = terms - from - full;
    if (rest > 0) {
      Expr at = Exprs.intLit(from + full);
      body.add(accumulate(o, p.arrays(at, rest), p.weights(at, rest), n));
    }
    return Stmts.block(body);
  }

  /** Where the terms of a sum are found. */
  interface Terms {
    /** Array of term {@code k}. */
    Array array(Expr k);

    /** Factor of term {@code k}. */
    Expr weight(Expr k);

    /** Arrays of {@code count} terms from {@code k}. */
    default List<Array> arrays(Expr k, int count) {
      return IntStream.range(0, count).mapToObj(i -> array(Exprs.add(k, i))).toList();
    }

    /** Factors of {@code count} terms from {@code k}. */
    default List<Expr> weights(Expr k, int count) {
      return IntStream.range(0, count).mapToObj(i -> weight(Exprs.add(k, i))).toList();
    }
  }

  private static Function function(boolean start, int terms, DType dtype) {
    LoopType type = LoopType.of(dtype);
    Buffer o = Buffer.row("o", dtype, Buffer.Role.OUTPUT, 0);
    Var n = new Var("n", LoopType.INT);
    List<Buffer> arrays = new ArrayList<>(List.of(o));
    List<Var> scalars = new ArrayList<>();
    Var b = new Var("b", type);
    if (start) {
      scalars.add(b);
    }
    List<Var> weights = new ArrayList<>();
    for (int t = 0; t < terms; t++) {
      arrays.add(Buffer.row("p" + t, dtype, Buffer.Role.INPUT, 0));
      weights.add(new Var("w" + t, type));
    }
    scalars.addAll(weights);
    scalars.add(n);
    Stmt body =
        Stmts.loop(
            "i",
            Exprs.intLit(0),
            Exprs.ref(n),
            1,
            Stmt.AxisKind.VECTOR,
            i -> {
              Expr sum = product(arrays.get(1), weights.get(0), i);
              for (int t = 1; t < terms; t++) {
                sum = Exprs.add(sum, product(arrays.get(t + 1), weights.get(t), i));
              }
              return Stmts.store(o, i, Exprs.add(start ? Exprs.ref(b) : Exprs.load(o, i), sum));
            });
    String suffix = dtype == DType.FLOAT32 ? "" : "_" + dtype.label();
    return new Function(
        (start ? "start" : "axpy") + terms + suffix,
        start ? "o = b + sum of p * w." : "o += sum of p * w.",
        arrays,
        scalars,
        body);
  }

  private static Expr product(Buffer p, Var w, Expr i) {
    return Exprs.mul(Exprs.load(p, i), Exprs.ref(w));
  }
}
