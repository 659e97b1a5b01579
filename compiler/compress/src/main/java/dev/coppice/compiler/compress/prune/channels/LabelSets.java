package dev.coppice.compiler.compress.prune.channels;

import java.util.Arrays;

/** Disjoint sets of labels 0, 1, ..., of which each is known by its smallest (union-find). */
final class LabelSets {
  private int[] parents = new int[64];
  private int size;

  /** {@code count} further labels, each alone in its set. */
  int[] fresh(int count) {
    parents = size + count <= parents.length ? parents : Arrays.copyOf(parents, 2 * (size + count));
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = size;
      parents[size] = size++;
    }
    return labels;
  }

  /** The smallest label of the set of {@code label}. */
  int find(int label) {
    int root = label;
    while (parents[root] != root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  }

  /** Makes one set of those of {@code a} and {@code b}. */
  void unite(int a, int b) {
    int first = find(a);
    int second = find(b);
    parents[Math.max(first, second)] = Math.min(first, second);
  }
}
