package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaleParts;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which scale each element of a tensor has in the order of a kernel, and loops that go by it. */
sealed interface ElementScales permits ScalesInTurn, ScalesOfRows {
  /**
   * The smallest form for {@code elements}, whose source has these levels; empty if they have no
   * order.
   */
  static Optional<ElementScales> of(Reordered elements, ScaledLevels levels) {
    List<ElementScales> forms = new ArrayList<>(ScalesOfRows.of(elements, levels));
    ScaleParts.of(elements, levels, elements.data().size())
        .flatMap(ScalesInTurn::of)
        .ifPresent(forms::add);
    return forms.stream().min(Comparator.comparingLong(ElementScales::bytes));
  }

  /** The scales; not a copy. */
  float[] scales();

  /** For each element the number of its scale. */
  int[] numbers();

  /** What loops read to know the numbers. */
  Optional<Tensor> index();

  /** Bytes of scales and of what tells their numbers. */
  default long bytes() {
    return 4L * scales().length + index().map(i -> i.type().bytes()).orElse(0L);
  }

  /** What is done with an element. */
  interface Body {
    /** Statement for element {@code i}, which has scale {@code s}. */
    Stmt apply(Expr i, Expr s);
  }

  /**
   * Loops over all elements.
   *
   * @param index buffer of {@link #index}
   */
  Stmt each(Optional<Buffer> index, Body body);
}
