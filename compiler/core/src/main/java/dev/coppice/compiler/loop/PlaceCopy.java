package dev.coppice.compiler.loop;

/** Copies places of a few channels each, which lie side by side, to where they lie apart. */
public final class PlaceCopy {
  /** Runs below this length are copied by a loop: {@code System.arraycopy} would cost more. */
  private static final int MIN_COPY = 8;

  private PlaceCopy() {}

  /**
   * Copies {@code places} places of {@code channels} each, from the beginning of {@code from} to
   * element {@code at} of {@code to} on.
   *
   * @param step elements from place to place in {@code to}
   */
  public static Stmt of(Array from, Array to, Expr at, int step, int places, int channels) {
    if (step == channels) {
      return Stmts.copy(from, Exprs.intLit(0), to, at, Exprs.intLit(places * channels));
    }
    return Stmts.loop(
        "place",
        places,
        p -> run(from, Exprs.mul(p, channels), to, Exprs.add(at, Exprs.mul(p, step)), channels));
  }

  private static Stmt run(Array from, Expr first, Array to, Expr at, int channels) {
    return channels >= MIN_COPY
        ? Stmts.copy(from, first, to, at, Exprs.intLit(channels))
        : Stmts.loop(
            "channel",
            channels,
            c -> Stmts.store(to, Exprs.add(at, c), Exprs.load(from, Exprs.add(first, c))));
  }
}
