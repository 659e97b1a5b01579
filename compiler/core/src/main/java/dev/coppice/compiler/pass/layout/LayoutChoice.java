package dev.coppice.compiler.pass.layout;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.ChannelsLastConv;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.streamline.FlattenWithoutTranspose;
import dev.coppice.compiler.pass.streamline.MergeTransposesAcrossReshape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which nodes run with channels last: those for which transpositions and convolutions together cost
 * least. That is a minimum cut: nodes before it have channels last, nodes behind it have them
 * first, and an edge costs what it takes to transpose where producer and reader differ. A value is
 * transposed once, however many read it. Where it costs the same, what follows a convolution has
 * its order, so that both can be fused.
 */
final class LayoutChoice {
  private final Graph graph;
  private final MinimumCut cut = new MinimumCut();
  private final int last = cut.node();
  private final int first = cut.node();
  private final Map<Node, ChannelsLast> forms = new LinkedHashMap<>();
  private final Map<Node, Integer> numbers = new HashMap<>();

  private LayoutChoice(Graph graph) {
    this.graph = graph;
  }

  /** The nodes that run with channels last, each with how. */
  static Map<Node, ChannelsLast> of(Graph graph) {
    return new LayoutChoice(graph).chosen();
  }

  private Map<Node, ChannelsLast> chosen() {
    boolean pays = false;
    for (Node node : graph.nodes()) {
      numbers.put(node, cut.node());
      pays |= weigh(node);
    }
    if (!pays) {
      return Map.of();
    }
    graph.inputs().forEach(v -> join(v, first));
    graph.nodes().forEach(n -> n.outputs().forEach(v -> join(v, producer(n))));
    boolean[] before = cut.before(last, first);
    Map<Node, ChannelsLast> chosen = new LinkedHashMap<>();
    forms.forEach(
        (node, form) -> {
          if (before[number(node)] && hasOrder(node)) {
            chosen.put(node, form);
          }
        });
    return chosen;
  }

  /** Whether {@code node} has to do with tensors whose channels may come first or last. */
  private static boolean hasOrder(Node node) {
    return Stream.concat(node.inputs().stream(), node.outputs().stream())
        .anyMatch(v -> v.type().shape().rank() > 2);
  }

  private int number(Node node) {
    return numbers.getOrDefault(node, first);
  }

  /** Notes how {@code node} runs with channels last, and what that saves; whether it does. */
  private boolean weigh(Node node) {
    Optional<ChannelsLast> form = node.op().channelsLast(node.inputTypes());
    long saved = 0;
    if (node.op() instanceof Conv) {
      form = form.filter(f -> hasConstantWeights(node));
      saved = form.isPresent() ? LayoutCost.saved(node, weights(node)) : 0;
    }
    form.ifPresent(f -> forms.put(node, f));
    if (form.isEmpty() && !deliversAnyOrder(node)) {
      cut.edge(number(node), first, MinimumCut.UNBOUNDED);
    }
    cut.edge(last, number(node), saved);
    cut.edge(number(node), first, -saved);
    return saved > 0;
  }

  private boolean hasConstantWeights(Node conv) {
    return conv.inputs().stream().skip(1).allMatch(v -> graph.constant(v).isPresent());
  }

  private Tensor weights(Node conv) {
    return graph.constant(conv.input(1)).orElseThrow();
  }

  /** Whether a transposition of the result would become part of another. */
  private boolean deliversAnyOrder(Node node) {
    if (node.op() instanceof Transpose) {
      return true;
    }
    int rank = node.output().type().shape().rank();
    return node.op() instanceof Reshape
        && graph
            .producer(node.input(0))
            .filter(p -> p.op() instanceof Transpose)
            .filter(
                p ->
                    MergeTransposesAcrossReshape.merges(
                        ((Transpose) p.op()).perm(), node, ChannelsLastConv.lastFromFirst(rank)))
            .isPresent();
  }

  /** Whether a transposition of the operand would become part of another. */
  private boolean readsAnyOrder(Node node) {
    if (!(node.op() instanceof Reshape)) {
      return false;
    }
    int rank = node.input(0).type().shape().rank();
    return FlattenWithoutTranspose.takesAnyOrder(graph, node)
        || graph
            .soleConsumer(node.output())
            .filter(c -> c.op() instanceof Transpose)
            .filter(
                c ->
                    MergeTransposesAcrossReshape.merges(
                        ChannelsLastConv.firstFromLast(rank), node, ((Transpose) c.op()).perm()))
            .isPresent();
  }

  /** On which side of the cut {@code node} delivers its results. */
  private int producer(Node node) {
    if (node.op() instanceof Transpose t) {
      boolean restores = t.perm().equals(ChannelsLastConv.firstFromLast(t.perm().size()));
      boolean brings = t.perm().equals(ChannelsLastConv.lastFromFirst(t.perm().size()));
      return restores == brings ? number(node) : restores ? last : first;
    }
    ChannelsLast form = forms.get(node);
    boolean either = form == null ? deliversAnyOrder(node) : form.results();
    return either ? number(node) : first;
  }

  /** Adds what it costs if {@code v}, delivered by {@code producer}, is read in both orders. */
  private void join(Value v, int producer) {
    if (v.type().shape().rank() < 3) {
      return;
    }
    List<Integer> readers = new ArrayList<>();
    if (graph.isOutput(v)) {
      readers.add(first);
    }
    for (Node node : graph.consumers(v)) {
      for (int i = 0; i < node.inputs().size(); i++) {
        if (node.input(i).equals(v)) {
          reader(node, i, v).ifPresent(readers::add);
        }
      }
    }
    long cost = LayoutCost.transposed(v.type());
    int inLast = cut.node();
    int inFirst = cut.node();
    cut.edge(inLast, producer, cost);
    cut.edge(producer, inFirst, cost);
    for (int reader : readers) {
      cut.edge(reader, inLast, MinimumCut.UNBOUNDED);
      cut.edge(inFirst, reader, MinimumCut.UNBOUNDED);
    }
  }

  /**
   * On which side of the cut operand {@code i} of {@code node} is read; empty if it may be either,
   * since the transposition would become part of another.
   */
  private Optional<Integer> reader(Node node, int i, Value v) {
    int rank = v.type().shape().rank();
    if (node.op() instanceof Transpose t) {
      boolean restores = t.perm().equals(ChannelsLastConv.firstFromLast(rank));
      boolean brings = t.perm().equals(ChannelsLastConv.lastFromFirst(rank));
      return restores == brings ? Optional.empty() : Optional.of(brings ? last : first);
    }
    if (readsAnyOrder(node)) {
      return Optional.empty();
    }
    ChannelsLast form = forms.get(node);
    if (form == null || i >= form.operands()) {
      return Optional.of(first);
    }
    if (rank == form.rank(node.inputTypes())) {
      return Optional.of(number(node));
    }
    cut.edge(number(node), first, LayoutCost.transposed(v.type()));
    return Optional.of(first);
  }
}
