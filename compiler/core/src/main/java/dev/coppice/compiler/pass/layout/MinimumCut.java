package dev.coppice.compiler.pass.layout;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * A directed network and the cut of least capacity between two of its nodes. Dinic, Algorithm for
 * solution of a problem of maximum flow in networks with power estimation, 1970.
 */
final class MinimumCut {
  /** Capacity of an edge that no cut crosses. */
  static final long UNBOUNDED = Long.MAX_VALUE / 4;

  private int[] first = new int[16];
  private int nodes;
  private int[] next = new int[64];
  private int[] to = new int[64];
  private long[] left = new long[64];
  private int edges;

  /** Adds a node; they are numbered from 0. */
  int node() {
    if (nodes == first.length) {
      first = Arrays.copyOf(first, 2 * nodes);
    }
    first[nodes] = -1;
    return nodes++;
  }

  /** Adds an edge that a cut with {@code a} before and {@code b} behind it crosses. */
  void edge(int a, int b, long capacity) {
    if (a != b && capacity > 0) {
      half(a, b, capacity);
      half(b, a, 0);
    }
  }

  private void half(int a, int b, long capacity) {
    if (edges == to.length) {
      next = Arrays.copyOf(next, 2 * edges);
      to = Arrays.copyOf(to, 2 * edges);
      left = Arrays.copyOf(left, 2 * edges);
    }
    to[edges] = b;
    left[edges] = capacity;
    next[edges] = first[a];
    first[a] = edges++;
  }

  /**
   * The nodes before the cut, of all least cuts between {@code source} and {@code sink} the one
   * with the most nodes before it. May be asked once.
   */
  boolean[] before(int source, int sink) {
    int[] level = levels(source);
    while (level[sink] >= 0) {
      block(source, sink, level);
      level = levels(source);
    }
    boolean[] before = new boolean[nodes];
    Arrays.fill(before, true);
    before[sink] = false;
    Deque<Integer> queue = new ArrayDeque<>();
    queue.add(sink);
    while (!queue.isEmpty()) {
      for (int e = first[queue.remove()]; e >= 0; e = next[e]) {
        if (left[e ^ 1] > 0 && before[to[e]]) {
          before[to[e]] = false;
          queue.add(to[e]);
        }
      }
    }
    return before;
  }

  /**
   * Distance of each node from {@code source} over edges with capacity left; -1 if there is none.
   */
  private int[] levels(int source) {
    int[] level = new int[nodes];
    Arrays.fill(level, -1);
    level[source] = 0;
    Deque<Integer> queue = new ArrayDeque<>();
    queue.add(source);
    while (!queue.isEmpty()) {
      int n = queue.remove();
      for (int e = first[n]; e >= 0; e = next[e]) {
        if (left[e] > 0 && level[to[e]] < 0) {
          level[to[e]] = level[n] + 1;
          queue.add(to[e]);
        }
      }
    }
    return level;
  }

  /** Fills shortest paths until each has a full edge. */
  private void block(int source, int sink, int[] level) {
    int[] current = Arrays.copyOf(first, nodes);
    int[] path = new int[nodes];
    int depth = 0;
    int n = source;
    while (true) {
      if (n == sink) {
        fill(path, depth);
        depth = 0;
        n = source;
        continue;
      }
      int e = current[n];
      while (e >= 0 && !(left[e] > 0 && level[to[e]] == level[n] + 1)) {
        e = next[e];
      }
      current[n] = e;
      if (e >= 0) {
        path[depth++] = e;
        n = to[e];
      } else if (depth == 0) {
        return;
      } else {
        level[n] = -1;
        n = to[path[--depth] ^ 1];
      }
    }
  }

  private void fill(int[] path, int depth) {
    long least = UNBOUNDED;
    for (int i = 0; i < depth; i++) {
      least = Math.min(least, left[path[i]]);
    }
    for (int i = 0; i < depth; i++) {
      left[path[i]] -= least;
      left[path[i] ^ 1] += least;
    }
  }
}
