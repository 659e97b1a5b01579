package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.OpAttributes;
import dev.coppice.compiler.ir.OpFactory;
import java.util.List;
import java.util.Map;

/** The table of IR operators. */
public final class Ops {
  private static final List<Class<? extends Op>> TABLE =
      List.of(
          // Sorted by name, one record a line.
          AveragePool.class,
          BatchNormalization.class,
          Concat.class,
          Conv.class,
          Expand.class,
          Gather.class,
          Identity.class,
          LogSoftmax.class,
          LpPool.class,
          Lrn.class,
          MatMul.class,
          MaxPool.class,
          Pad.class,
          Reduce.class,
          Relu.class,
          Reshape.class,
          Slice.class,
          Softmax.class,
          Split.class,
          Tile.class,
          Transpose.class);

  private Ops() {}

  /** Every operator's record, sorted by name. */
  public static List<Class<? extends Op>> all() {
    return TABLE;
  }

  /** Makes operators for {@link dev.coppice.compiler.ir.TextParser}. */
  public static OpFactory factory() {
    return Ops::create;
  }

  private static Op create(String name, Map<String, Object> attributes) {
    for (Class<? extends Op> type : TABLE) {
      if (type.getSimpleName().equals(name)) {
        return OpAttributes.create(type, attributes);
      }
    }
    throw new IllegalArgumentException("no operator '" + name + "'");
  }
}
