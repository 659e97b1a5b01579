package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.report.BlockLayout.Place;
import dev.coppice.compiler.compress.report.DrawnGraph.DrawnNode;
import dev.coppice.compiler.compress.report.DrawnGraph.Edge;
import dev.coppice.compiler.compress.report.DrawnGraph.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BlockLayoutTest {
  private static final double WIDTH = 100;

  @Test
  void aChainIsOneBlock() {
    BlockLayout layout = layout(5, new int[][] {{0, 1}, {1, 2}, {2, 3}, {3, 4}});
    assertEquals(1, layout.blocks().size());
    assertEquals(List.of(0, 1, 2, 3, 4), layout.blocks().get(0).rows);
    assertEquals(WIDTH, layout.width());
    assertEquals(5 * BlockLayout.ROW, layout.height());
    assertEquals(List.of(), layout.routes());
  }

  @Test
  void aShortcutGoesAroundItsBranch() {
    BlockLayout layout = layout(4, new int[][] {{0, 1}, {1, 2}, {0, 3}, {2, 3}});
    assertEquals(3, layout.blocks().size());
    List<Place> shortcut =
        layout.routes().stream().filter(r -> r.size() == 3).findFirst().orElseThrow();
    Place branch = layout.blocks().get(1);
    Place passing = shortcut.get(1);
    assertTrue(
        Math.abs(passing.center() - branch.center()) > WIDTH / 2,
        passing.center() + " within " + branch.center());
    assertEquals(branch.top(), passing.top());
  }

  @Test
  void blocksOfRandomGraphsDoNotOverlap() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int n = 2 + random.nextInt(60);
      TreeSet<Integer> seen = new TreeSet<>();
      List<int[]> edges = new ArrayList<>();
      for (int i = 0; i < 2 * n; i++) {
        int to = 1 + random.nextInt(n - 1);
        int from = random.nextInt(to);
        if (seen.add(from * n + to)) {
          edges.add(new int[] {from, to});
        }
      }
      check(layout(n, edges.toArray(int[][]::new)), n, seed);
    }
  }

  private static void check(BlockLayout layout, int nodes, int seed) {
    List<Place> blocks = layout.blocks();
    assertEquals(nodes, blocks.stream().mapToInt(b -> b.rows.size()).sum());
    for (Place a : blocks) {
      assertTrue(
          a.center() - WIDTH / 2 >= -1e-6 && a.center() + WIDTH / 2 <= layout.width() + 1e-6);
      for (Place b : blocks) {
        boolean beside = Math.abs(a.center() - b.center()) >= WIDTH - 1e-6;
        boolean above = a.bottom() <= b.top() || b.bottom() <= a.top();
        assertTrue(a == b || beside || above, "seed " + seed);
      }
    }
    for (List<Place> route : layout.routes()) {
      for (int i = 1; i < route.size(); i++) {
        assertTrue(route.get(i - 1).bottom() < route.get(i).top(), "seed " + seed);
      }
    }
  }

  @Test
  void deepNetworksAreLaidOutSoon() {
    List<int[]> edges = new ArrayList<>();
    for (int i = 1; i < 3000; i++) {
      edges.add(new int[] {i - 1, i});
      if (i % 3 == 0) {
        edges.add(new int[] {i - 3, i});
      }
    }
    BlockLayout layout = layout(3000, edges.toArray(int[][]::new));
    check(layout, 3000, -1);
    assertTrue(layout.width() < 4 * WIDTH, "width " + layout.width());
  }

  private static BlockLayout layout(int nodes, int[][] edges) {
    List<DrawnNode> drawn = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      drawn.add(new DrawnNode("n" + i, "Op", "1", Mark.SAME, ""));
    }
    List<Edge> all = new ArrayList<>();
    for (int[] e : edges) {
      all.add(new Edge(e[0], e[1]));
    }
    return BlockLayout.of(new DrawnGraph(drawn, all), WIDTH);
  }
}
