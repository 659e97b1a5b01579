package dev.coppice.compiler.pass.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class MinimumCutTest {
  private static MinimumCut of(int nodes, long[][] edges) {
    MinimumCut cut = new MinimumCut();
    for (int n = 0; n < nodes; n++) {
      assertEquals(n, cut.node());
    }
    for (long[] e : edges) {
      cut.edge((int) e[0], (int) e[1], e[2]);
    }
    return cut;
  }

  @Test
  void separatesWhereEdgesAreCheap() {
    long[][] edges = {{0, 2, 5}, {2, 3, 1}, {3, 1, 4}, {0, 3, 2}};
    assertArrayEquals(new boolean[] {true, false, true, false}, of(4, edges).before(0, 1));
  }

  /** Both edges of the chain are least; the last of them is cut. */
  @Test
  void keepsAsManyNodesAsPossibleBefore() {
    long[][] edges = {{0, 2, 3}, {2, 1, 3}};
    assertArrayEquals(new boolean[] {true, false, true}, of(3, edges).before(0, 1));
  }

  @Test
  void edgesHaveADirection() {
    long[][] edges = {{0, 2, 3}, {2, 1, 3}, {0, 3, 9}, {2, 3, MinimumCut.UNBOUNDED}, {3, 1, 8}};
    assertArrayEquals(new boolean[] {true, false, true, true}, of(4, edges).before(0, 1));
  }

  @Test
  void cutsCostNoMoreThanAnyOther() {
    for (int seed = 0; seed < 200; seed++) {
      Random r = new Random(seed);
      int nodes = 2 + r.nextInt(7);
      long[][] edges = new long[r.nextInt(20)][];
      for (int e = 0; e < edges.length; e++) {
        edges[e] = new long[] {r.nextInt(nodes), r.nextInt(nodes), r.nextInt(6)};
      }
      long least = Long.MAX_VALUE;
      for (int set = 0; set < 1 << nodes; set++) {
        if ((set & 3) == 1) {
          least = Math.min(least, capacity(edges, set));
        }
      }
      int chosen = 0;
      boolean[] before = of(nodes, edges).before(0, 1);
      for (int n = 0; n < nodes; n++) {
        chosen |= before[n] ? 1 << n : 0;
      }
      assertEquals(1, chosen & 3);
      assertEquals(least, capacity(edges, chosen), "seed " + seed);
    }
  }

  private static long capacity(long[][] edges, int before) {
    long sum = 0;
    for (long[] e : edges) {
      sum += (before >> e[0] & 1) == 1 && (before >> e[1] & 1) == 0 ? e[2] : 0;
    }
    return sum;
  }

  /** As deep as a long network is. */
  @Test
  void takesLongChains() {
    int n = 100_000;
    long[][] edges = new long[n + 1][];
    edges[0] = new long[] {0, 2, 7};
    for (int i = 1; i < n; i++) {
      edges[i] = new long[] {i + 1, i + 2, 9};
    }
    edges[n] = new long[] {n + 1, 1, 8};
    boolean[] before = of(n + 2, edges).before(0, 1);
    assertEquals(true, before[0]);
    assertEquals(false, before[2]);
  }
}
