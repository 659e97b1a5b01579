package dev.coppice.compiler.lowering;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.mul;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.ScaleParts;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Scales that elements take by turns, in a few parts of which each is a loop nest. */
record ScalesInTurn(ScaleParts parts) implements ElementScales {
  /** More are too much code. */
  private static final int MAX_PARTS = 8;

  /** These parts, if they are few. */
  static Optional<ScalesInTurn> of(ScaleParts parts) {
    return parts.parts().size() > MAX_PARTS
        ? Optional.empty()
        : Optional.of(new ScalesInTurn(parts));
  }

  @Override
  public float[] scales() {
    return parts.scales();
  }

  @Override
  public int[] numbers() {
    return parts.numbers();
  }

  @Override
  public Optional<Tensor> index() {
    return Optional.empty();
  }

  @Override
  public Stmt each(Optional<Buffer> index, Body body) {
    List<Stmt> all = new ArrayList<>();
    int at = 0;
    int first = 0;
    for (ScaleParts.Part part : parts.parts()) {
      all.add(each(part, at, first, body));
      at += part.elements();
      first += part.scales();
    }
    return Stmts.block(all);
  }

  /** Elements of a part, from {@code at} on, the first of which has scale {@code first}. */
  private static Stmt each(ScaleParts.Part part, int at, int first, Body body) {
    int cycle = part.channels() * part.stride();
    return loop(
        "p",
        part.elements() / part.period(),
        p ->
            loop(
                "k",
                part.period() / cycle,
                k ->
                    loop(
                        "c",
                        part.channels(),
                        c -> {
                          Expr run = add(add(mul(p, part.period()), mul(k, cycle)), at);
                          Expr from = add(run, mul(c, part.stride()));
                          Expr s = add(add(mul(p, part.channels()), c), first);
                          return loop("i", part.stride(), i -> body.apply(add(from, i), s));
                        })));
  }

  private static Stmt loop(String var, int extent, Stmts.LoopBody body) {
    return extent == 1 ? body.apply(intLit(0)) : Stmts.loop(var, extent, body);
  }
}
