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

/**
 * The microkernels of bit-packed products: {@code o[i] += bitCount(s0 ^ w0[i]) + bitCount(s1 ^
 * w1[i]) + ...}, the differing signs of a few packed words and of the same words of every output
 * channel. Rows of weights are arrays of their own, walked at one index, so that HotSpot vectorises
 * them; with a mask only bits set in it count.
 */
final class BitCounts {
  /** Most words of one call; the sums are loaded and stored once a call. */
  static final int WORDS = 4;

  private BitCounts() {}

  /** {@code o[0, n) +=} the differing bits of {@code words} and {@code rows}. */
  static Stmt accumulate(Array o, List<Array> rows, List<Expr> words, List<Expr> masks, Expr n) {
    List<Array> arrays = new ArrayList<>();
    arrays.add(o);
    arrays.addAll(rows);
    List<Expr> scalars = new ArrayList<>(words);
    scalars.addAll(masks);
    scalars.add(n);
    return Stmts.invoke(function(rows.size(), !masks.isEmpty()), arrays, scalars);
  }

  private static Function function(int terms, boolean masked) {
    Buffer o = Buffer.row("o", DType.INT32, Buffer.Role.OUTPUT, 0);
    List<Buffer> arrays = new ArrayList<>(List.of(o));
    List<Var> words = new ArrayList<>();
    List<Var> masks = new ArrayList<>();
    for (int t = 0; t < terms; t++) {
      arrays.add(Buffer.row("w" + t, DType.INT32, Buffer.Role.WEIGHTS, 0));
      words.add(new Var("s" + t, LoopType.INT));
      if (masked) {
        masks.add(new Var("m" + t, LoopType.INT));
      }
    }
    Var n = new Var("n", LoopType.INT);
    List<Var> scalars = new ArrayList<>(words);
    scalars.addAll(masks);
    scalars.add(n);
    Stmt body =
        Stmts.loop(
            "i",
            Exprs.intLit(0),
            Exprs.ref(n),
            1,
            Stmt.AxisKind.VECTOR,
            i -> {
              Expr sum = Exprs.load(o, i);
              for (int t = 0; t < terms; t++) {
                Expr differ =
                    Exprs.binary(
                        Expr.BinaryOp.XOR,
                        Exprs.ref(words.get(t)),
                        Exprs.load(arrays.get(t + 1), i));
                Expr counted = masked ? Exprs.and(differ, Exprs.ref(masks.get(t))) : differ;
                sum = Exprs.add(sum, count(counted));
              }
              return Stmts.store(o, i, sum);
            });
    return new Function(
        (masked ? "maskedBitCount" : "bitCount") + terms,
        "o += number of bits that differ" + (masked ? " under the masks." : "."),
        arrays,
        scalars,
        body);
  }

  /** Number of one bits. */
  static Expr count(Expr word) {
    return new Expr.Unary(Expr.UnaryOp.BIT_COUNT, word);
  }
}
