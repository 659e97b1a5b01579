package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Values that are joined along the last axis, where no value is a run of the result: a kernel that
 * can leave room between the places it stores puts them where they belong. Which kernels can is
 * known when they are lowered, so the rest is copied when the joining node's turn comes.
 */
final class JoinedPlaces {
  /**
   * Where the places of a value belong.
   *
   * @param of the result that they are part of
   * @param at element of the first
   * @param step elements from place to place
   */
  record Part(Value of, int at, int step) {}

  /**
   * An operand of a joining node that is not stored where it belongs.
   *
   * @param part where it belongs
   */
  record Copied(Value operand, Part part) {}

  private final Graph graph;
  private final SharedStorage shared;
  private final Set<Node> kernels = new LinkedHashSet<>();
  private final Set<Value> stored = new LinkedHashSet<>();

  JoinedPlaces(Graph graph, SharedStorage shared) {
    this.graph = graph;
    this.shared = shared;
  }

  /** Leaves {@code n} to a kernel, which does more than to join. */
  void leave(Node n) {
    kernels.add(n);
  }

  /** Where {@code v} belongs; empty if not only a node that joins places reads it. */
  Optional<Part> part(Value v) {
    return shared.run(v).of().equals(v)
        ? graph.soleConsumer(v).filter(n -> joins(n) && count(n, v) == 1).map(n -> part(v, n))
        : Optional.empty();
  }

  private boolean joins(Node n) {
    return n.op().joinsPlaces(n.inputTypes()) && !kernels.contains(n);
  }

  private static long count(Node n, Value v) {
    return n.inputs().stream().filter(v::equals).count();
  }

  private Part part(Value v, Node joining) {
    return within(joining, joining.inputs().indexOf(v));
  }

  /** Where operand {@code i} of {@code joining} belongs, whose result may itself be joined. */
  private Part within(Node joining, int i) {
    Value result = joining.output();
    Part whole = part(result).orElse(new Part(result, 0, channels(result)));
    int before = 0;
    for (Value operand : joining.inputs().subList(0, i)) {
      before += channels(operand);
    }
    return new Part(whole.of, whole.at + before, whole.step);
  }

  private static int channels(Value v) {
    return v.type().shape().dim(-1);
  }

  /** Notes that a kernel stores {@code v}, and with it a part of what it is joined to, in place. */
  void store(Value v) {
    if (part(v).isPresent() && stored.add(v)) {
      store(graph.soleConsumer(v).orElseThrow().output());
    }
  }

  /** Whether an operand of {@code n} is where it belongs, so that no kernel joins all. */
  boolean isBegun(Node n) {
    return joins(n) && n.inputs().stream().anyMatch(stored::contains);
  }

  /** The operands of {@code n} that are not where they belong. */
  List<Copied> copied(Node n) {
    List<Copied> all = new ArrayList<>();
    for (int i = 0; i < n.inputs().size(); i++) {
      if (!stored.contains(n.input(i)) && channels(n.input(i)) > 0) {
        all.add(new Copied(n.input(i), within(n, i)));
      }
    }
    return all;
  }
}
