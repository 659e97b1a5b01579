package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.List;

/**
 * Places in a tensor one after the other: some at equal distances, zeros of no place, or nodes that
 * are repeated. The layout is that of {@link WeightsFormat}.
 *
 * @param kind one of the kinds of {@link WeightsFormat}
 * @param count number of places, zeros or repetitions
 * @param first the first place, counted from that of the loop around
 * @param stride distance from each to the next
 * @param nodes what is repeated, in a loop
 */
record OrderNode(int kind, int count, int first, int stride, List<OrderNode> nodes) {
  /** {@code count} places. */
  static OrderNode run(int first, int stride, int count) {
    return new OrderNode(WeightsFormat.RUN, count, first, stride, List.of());
  }

  /** {@code count} zeros. */
  static OrderNode zeros(int count) {
    return new OrderNode(WeightsFormat.ZEROS, count, 0, 0, List.of());
  }

  /** Nodes, whose places count from {@code first}, repeated. */
  static OrderNode loop(int first, int stride, int count, List<OrderNode> nodes) {
    return new OrderNode(WeightsFormat.LOOP, count, first, stride, List.copyOf(nodes));
  }

  boolean isZeros() {
    return kind == WeightsFormat.ZEROS;
  }

  boolean isLoop() {
    return kind == WeightsFormat.LOOP;
  }

  /** Whether this and another one differ by their first place alone. */
  boolean isLike(OrderNode other) {
    return kind == other.kind
        && count == other.count
        && stride == other.stride
        && nodes.equals(other.nodes);
  }

  /** The same from another first place on. */
  OrderNode at(int place) {
    return isZeros() ? this : new OrderNode(kind, count, place, stride, nodes);
  }

  /** The same, but so many. */
  OrderNode times(int n) {
    return new OrderNode(kind, n, first, stride, nodes);
  }

  /** Loops within each other. */
  int depth() {
    return isLoop() ? 1 + nodes.stream().mapToInt(OrderNode::depth).max().orElse(0) : 0;
  }

  /** This one and all in it. */
  int size() {
    return 1 + nodes.stream().mapToInt(OrderNode::size).sum();
  }

  /** Bytes in the file. */
  int bytes() {
    int bytes = bytes(head());
    if (!isZeros()) {
      bytes += bytes(signed(first)) + bytes(signed(stride));
    }
    return isLoop()
        ? bytes + bytes(nodes.size()) + nodes.stream().mapToInt(OrderNode::bytes).sum()
        : bytes;
  }

  void writeTo(LittleEndianSink sink) throws IOException {
    put(head(), sink);
    if (!isZeros()) {
      put(signed(first), sink);
      put(signed(stride), sink);
    }
    if (isLoop()) {
      put(nodes.size(), sink);
      for (OrderNode node : nodes) {
        node.writeTo(sink);
      }
    }
  }

  private int head() {
    return count << 2 | kind;
  }

  /** Numbers of both signs without one: 0, -1, 1, -2 and so on. */
  private static int signed(int number) {
    return number << 1 ^ number >> 31;
  }

  private static int bytes(int number) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(number) + 6) / 7);
  }

  /** Seven bits a byte, the lowest first; the highest bit says that another byte follows. */
  private static void put(int number, LittleEndianSink sink) throws IOException {
    int left = number;
    for (; left >>> 7 != 0; left >>>= 7) {
      sink.int8(left | 0x80);
    }
    sink.int8(left);
  }
}
