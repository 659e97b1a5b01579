package dev.coppice.compiler.pass.layout;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.ChannelsLastConv;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value between two convolutions that has too few channels to fill a register gets channels that
 * are zero, so that they can be minimal filtering, which takes a quarter of the operations or less.
 *
 * <pre>
 * t = ChannelsLastConv(x, w[12, I, 3, 3], b); r = Relu(t); y = ChannelsLastConv(r, v[O, 12, 3, 3])
 * t = ChannelsLastConv(x, w[16, I, 3, 3], b); r = Relu(t); y = ChannelsLastConv(r, v[O, 16, 3, 3])
 * </pre>
 *
 * Pruned networks have such values. Does not fire where the value has other readers or fewer than
 * four channels, or where minimal filtering would compute neither convolution.
 */
public final class WidenChannels implements RewriteRule<ChannelsLastConv> {
  /** Fewer channels are so few operations that filtering saves nothing. */
  private static final int FEWEST = 4;

  private static final int WIDE = ChannelsLastConv.FULL;

  @Override
  public Class<ChannelsLastConv> root() {
    return ChannelsLastConv.class;
  }

  /** The sums are the same; filtering, which they come to, rounds otherwise. */
  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node reader, ChannelsLastConv op) {
    int narrow = reader.input(0).type().shape().dim(-1);
    if (narrow < FEWEST || narrow >= WIDE || !hasConstants(graph, reader)) {
      return Optional.empty();
    }
    Optional<Node> relu = soleProducer(graph, reader).filter(n -> n.op() instanceof Relu);
    Optional<Node> writer =
        soleProducer(graph, relu.orElse(reader))
            .filter(n -> n.op() instanceof ChannelsLastConv c && c.group() == 1)
            .filter(n -> hasConstants(graph, n));
    if (writer.isEmpty() || op.group() != 1) {
      return Optional.empty();
    }
    boolean writes = mayFilter(graph, writer.get()) && channels(writer.get().input(0)) >= WIDE;
    boolean reads = mayFilter(graph, reader) && channels(reader.output()) >= WIDE;
    if (!writes && !reads) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    List<Value> operands = new ArrayList<>(writer.get().inputs());
    for (int i = 1; i < operands.size(); i++) {
      operands.set(i, padded(graph, patch, operands.get(i), 0));
    }
    Value wide = patch.inPlaceOf(writer.get(), writer.get().op(), operands.toArray(Value[]::new));
    if (relu.isPresent()) {
      wide = patch.inPlaceOf(relu.get(), relu.get().op(), wide);
    }
    operands = new ArrayList<>(reader.inputs());
    operands.set(0, wide);
    operands.set(1, padded(graph, patch, operands.get(1), 1));
    Value y = patch.inPlaceOf(reader, op, operands.toArray(Value[]::new));
    return Optional.of(patch.replace(reader.output(), y));
  }

  private static int channels(Value v) {
    return v.type().shape().dim(-1);
  }

  private static boolean hasConstants(Graph graph, Node conv) {
    return conv.inputs().stream().skip(1).allMatch(v -> graph.constant(v).isPresent());
  }

  /** What computes operand 0 of {@code reader}, if nothing else reads it. */
  private static Optional<Node> soleProducer(Graph graph, Node reader) {
    return graph.soleConsumer(reader.input(0)).flatMap(only -> graph.producer(reader.input(0)));
  }

  private static boolean mayFilter(Graph graph, Node conv) {
    Tensor w = graph.constant(conv.input(1)).orElseThrow();
    return ((ChannelsLastConv) conv.op()).mayBeFiltered(conv.inputTypes(), w);
  }

  /** Constant {@code v} with zeros behind the others along {@code axis}. */
  private static Value padded(Graph graph, GraphPatch patch, Value v, int axis) {
    Tensor w = graph.constant(v).orElseThrow();
    Shape shape = w.shape().with(axis, WIDE);
    int inner = shape.sizeOf(axis + 1, shape.rank());
    int narrow = w.shape().dim(axis);
    Tensor wide =
        Tensor.fromDoubles(
            w.type().with(shape),
            i -> {
              int at = i / inner % WIDE;
              int from = (i / inner / WIDE * narrow + at) * inner + i % inner;
              return at < narrow ? w.doubleAt(from) : 0;
            });
    return patch.constant(v.name(), wide);
  }
}
