package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * The order in which a kernel reads the elements of a tensor, as nested loops: panels, tiles, lanes
 * and what is left over at their ends. They are found by folding places into runs, and nodes that
 * are repeated at equal distances into loops as soon as they are there twice; Ketterlin and Clauss,
 * Prediction and Trace Compression of Data Access Addresses through Nested Loop Recognition, 2008.
 *
 * @param nodes loops and runs, one after the other
 * @param size number of elements
 */
record AffineOrder(List<OrderNode> nodes, int size) {
  /** Larger tensors are not looked at: what is read is held twice while it is put in order. */
  static final int MAX_SIZE = 1 << 24;

  /** More nodes than this mean that there is no order. */
  private static final int MAX_NODES = 64;

  /** The most nodes that are repeated together. */
  private static final int MAX_REPEATED = 24;

  AffineOrder {
    nodes = List.copyOf(nodes);
  }

  /**
   * The loops that give an order; empty if there are too many.
   *
   * @param size number of elements
   * @param order for each element its place in the tensor, or a negative number if it is zero and
   *     has none
   */
  static Optional<AffineOrder> of(int size, IntUnaryOperator order) {
    return size > MAX_SIZE ? Optional.empty() : new Search().of(size, order);
  }

  /** Whether elements are read as they are stored, {@code stored} of them. */
  boolean isIdentity(int stored) {
    return size == stored && (size == 0 || nodes.equals(List.of(OrderNode.run(0, 1, size))));
  }

  /** Bytes of the section. */
  int bytes() {
    return nodes.stream().mapToInt(OrderNode::bytes).sum();
  }

  void writeTo(LittleEndianSink sink) throws IOException {
    for (OrderNode node : nodes) {
      node.writeTo(sink);
    }
  }

  /** For people. */
  @Override
  public String toString() {
    int loops = nodes.stream().mapToInt(OrderNode::size).sum();
    return "order of " + size + " elements, " + loops + (loops == 1 ? " loop" : " loops");
  }

  /** The nodes of all elements so far, the last of which the next one may continue. */
  private static final class Search {
    private final List<OrderNode> found = new ArrayList<>();

    /** Nodes may be many before a repetition shows; not without end. */
    private static final int MAX_OPEN = 4 * MAX_NODES;

    Optional<AffineOrder> of(int size, IntUnaryOperator order) {
      for (int i = 0; i < size; ) {
        OrderNode next = next(i, size, order);
        i += next.count();
        found.add(next);
        while (extend() || repeat()) {
          if (last(1).depth() > WeightsFormat.MAX_LOOPS) {
            return Optional.empty();
          }
        }
        if (found.size() > MAX_OPEN) {
          return Optional.empty();
        }
      }
      return found.stream().mapToInt(OrderNode::size).sum() > MAX_NODES
          ? Optional.empty()
          : Optional.of(new AffineOrder(found, size));
    }

    /** The longest run of places at equal distances, or of zeros, from an element on. */
    private static OrderNode next(int from, int size, IntUnaryOperator order) {
      int first = order.applyAsInt(from);
      int second = from + 1 < size ? order.applyAsInt(from + 1) : first;
      int n = 1;
      if (first < 0) {
        while (from + n < size && order.applyAsInt(from + n) < 0) {
          n++;
        }
        return OrderNode.zeros(n);
      }
      if (from + 1 == size || second < 0) {
        return OrderNode.run(first, 0, 1);
      }
      int stride = second - first;
      int expected = second;
      while (from + n < size && order.applyAsInt(from + n) == expected) {
        n++;
        expected += stride;
      }
      return OrderNode.run(first, stride, n);
    }

    private OrderNode last(int k) {
      return found.get(found.size() - k);
    }

    /** Takes the last nodes as the next round of the loop before them. */
    private boolean extend() {
      for (int k = 1; k <= MAX_REPEATED && k < found.size(); k++) {
        OrderNode loop = last(k + 1);
        if (loop.isLoop() && loop.nodes().size() == k) {
          int next = loop.first() + loop.count() * loop.stride();
          if (isRound(loop.nodes(), next)) {
            drop(k + 1);
            found.add(loop.times(loop.count() + 1));
            return true;
          }
        }
      }
      return false;
    }

    private boolean isRound(List<OrderNode> nodes, int base) {
      int k = nodes.size();
      for (int i = 0; i < k; i++) {
        if (!last(k - i).equals(nodes.get(i).at(base + nodes.get(i).first()))) {
          return false;
        }
      }
      return true;
    }

    /** Makes a loop of the last nodes and as many before them. */
    private boolean repeat() {
      for (int k = 1; k <= MAX_REPEATED && 2 * k <= found.size(); k++) {
        if (last(1).isLike(last(k + 1)) && isTwice(k)) {
          List<OrderNode> nodes = new ArrayList<>();
          int first = firstOf(2 * k);
          int stride = firstOf(k) - first;
          for (int i = 2 * k; i > k; i--) {
            nodes.add(last(i).at(last(i).first() - first));
          }
          drop(2 * k);
          found.add(OrderNode.loop(first, stride, 2, nodes));
          return true;
        }
      }
      return false;
    }

    /** The first place of the last {@code k} nodes; there are no zeros beside zeros. */
    private int firstOf(int k) {
      return last(k).isZeros() ? last(k - 1).first() : last(k).first();
    }

    private boolean isTwice(int k) {
      if (k == 1 && last(1).isZeros()) {
        return false;
      }
      int stride = firstOf(k) - firstOf(2 * k);
      for (int i = 1; i <= k; i++) {
        OrderNode a = last(i + k);
        if (!last(i).equals(a.at(a.first() + stride))) {
          return false;
        }
      }
      return true;
    }

    private void drop(int k) {
      found.subList(found.size() - k, found.size()).clear();
    }
  }
}
