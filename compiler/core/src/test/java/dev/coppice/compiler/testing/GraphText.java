package dev.coppice.compiler.testing;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.TextParser;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Ops;
import dev.coppice.compiler.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Graphs for tests, read from text. A constant without data gets reproducible values that depend on
 * its name: in [-1, 1), or in [0.5, 1.5) if the name starts with {@code pos} or {@code var}.
 */
public final class GraphText {
  private GraphText() {}

  /** The graph that {@code text} describes. */
  public static Graph parse(String text) {
    return parse(text, new HashSet<>());
  }

  /** As {@link #parse(String)}; adds the names of constants without data to {@code unspecified}. */
  static Graph parse(String text, Set<String> unspecified) {
    return new TextParser(
            Ops.factory(),
            v -> {
              unspecified.add(v.name());
              return fill(v);
            })
        .parse(text);
  }

  private static Tensor fill(Value v) {
    SplittableRandom random = new SplittableRandom(v.name().hashCode());
    boolean positive = v.name().startsWith("pos") || v.name().startsWith("var");
    return v.type().dtype().isFloat()
        ? Tensor.fromDoubles(
            v.type(), i -> positive ? 0.5 + random.nextDouble() : random.nextDouble() * 2 - 1)
        : Tensor.fromLongs(v.type(), i -> random.nextLong(4));
  }
}
