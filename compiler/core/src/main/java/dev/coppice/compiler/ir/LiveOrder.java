package dev.coppice.compiler.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Topological order of the nodes that outputs depend on; the given order is kept where dependencies
 * allow.
 */
final class LiveOrder {
  private static final byte OPEN = 1;
  private static final byte DONE = 2;

  private final List<Node> nodes;
  private final Map<Value, Integer> producers = new HashMap<>();

  LiveOrder(List<Node> nodes) {
    this.nodes = nodes;
    for (int i = 0; i < nodes.size(); i++) {
      for (Value v : nodes.get(i).outputs()) {
        producers.put(v, i);
      }
    }
  }

  List<Node> from(List<Graph.Output> outputs) {
    boolean[] live = live(outputs);
    byte[] state = new byte[nodes.size()];
    List<Node> ordered = new ArrayList<>();
    Deque<Integer> stack = new ArrayDeque<>();
    for (int root = 0; root < nodes.size(); root++) {
      if (live[root]) {
        stack.push(root);
      }
      while (!stack.isEmpty()) {
        int n = stack.peek();
        boolean ready = state[n] == DONE || pushOperands(n, state, stack);
        if (ready) {
          stack.pop();
          if (state[n] != DONE) {
            state[n] = DONE;
            ordered.add(nodes.get(n));
          }
        }
      }
    }
    return ordered;
  }

  /** Opens {@code n} and pushes the producers it waits for; whether there are none. */
  private boolean pushOperands(int n, byte[] state, Deque<Integer> stack) {
    boolean ready = true;
    List<Value> operands = nodes.get(n).inputs();
    for (int i = operands.size() - 1; i >= 0; i--) {
      Integer p = producers.get(operands.get(i));
      if (p != null && state[p] != DONE) {
        if (state[p] == OPEN) {
          throw new IllegalStateException(
              "compiler bug: patch makes a cycle at node '" + nodes.get(p).name() + "'");
        }
        stack.push(p);
        ready = false;
      }
    }
    state[n] = ready ? state[n] : OPEN;
    return ready;
  }

  private boolean[] live(List<Graph.Output> outputs) {
    boolean[] live = new boolean[nodes.size()];
    Deque<Value> queue = new ArrayDeque<>();
    outputs.forEach(o -> queue.add(o.value()));
    while (!queue.isEmpty()) {
      Integer p = producers.get(queue.remove());
      if (p != null && !live[p]) {
        live[p] = true;
        queue.addAll(nodes.get(p).inputs());
      }
    }
    return live;
  }
}
