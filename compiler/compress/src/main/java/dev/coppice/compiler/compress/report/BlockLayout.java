package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.report.DrawnGraph.Edge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the nodes of a graph are drawn, from the top to the bottom. Chains of nodes, each the only
 * reader of the one before, are one block with a row for each, so that deep networks stay compact;
 * blocks lie in layers by longest path, ordered to cross few edges (Sugiyama, Tagawa, Toda 1981),
 * and as near to their neighbours as their order allows.
 */
final class BlockLayout {
  /** Height of a row of a block, in pixels. */
  static final double ROW = 17;

  /** Space between layers. */
  static final double GAP = 18;

  private static final double SPACE = 14;
  private static final double THREAD = 10;
  private static final int ORDER_SWEEPS = 12;
  private static final int PLACE_SWEEPS = 16;

  private final double blockWidth;
  private final List<Place> places = new ArrayList<>();
  private final List<List<Place>> layers = new ArrayList<>();
  private final List<List<Place>> routes = new ArrayList<>();

  /** A block, or where an edge passes a layer ({@code rows} is empty then). */
  static final class Place {
    final List<Integer> rows;
    final List<Place> above = new ArrayList<>();
    final List<Place> below = new ArrayList<>();
    private final double width;
    private int layer;
    private int order;
    private double center;
    private double top;
    private double bottom;

    private Place(List<Integer> rows, double width) {
      this.rows = rows;
      this.width = width;
    }

    double center() {
      return center;
    }

    double top() {
      return top;
    }

    /** The lower edge; of a passing edge that of its layer. */
    double bottom() {
      return bottom;
    }

    boolean isBlock() {
      return !rows.isEmpty();
    }
  }

  private BlockLayout(double blockWidth) {
    this.blockWidth = blockWidth;
  }

  /**
   * The layout of {@code graph}.
   *
   * @param blockWidth width of each block, in pixels
   */
  static BlockLayout of(DrawnGraph graph, double blockWidth) {
    BlockLayout layout = new BlockLayout(blockWidth);
    layout.connect(graph, layout.blocks(graph));
    layout.order();
    layout.place();
    return layout;
  }

  /** The blocks, in the order of their first nodes. */
  List<Place> blocks() {
    return places.stream().filter(Place::isBlock).toList();
  }

  /** The edges between blocks: the block it leaves, the places it passes, the block it enters. */
  List<List<Place>> routes() {
    return routes;
  }

  /** Width of the drawing. */
  double width() {
    return places.stream().mapToDouble(p -> p.center + p.width / 2).max().orElse(0);
  }

  /** Height of the drawing. */
  double height() {
    return places.stream().mapToDouble(p -> p.bottom).max().orElse(0);
  }

  /** Makes the blocks; the block of each node. */
  private Place[] blocks(DrawnGraph graph) {
    int n = graph.nodes().size();
    int[] readers = new int[n];
    int[] sources = new int[n];
    int[] source = new int[n];
    for (Edge e : graph.edges()) {
      readers[e.from()]++;
      sources[e.to()]++;
      source[e.to()] = e.from();
    }
    Place[] of = new Place[n];
    for (int i = 0; i < n; i++) {
      boolean goesOn = sources[i] == 1 && readers[source[i]] == 1;
      if (!goesOn) {
        places.add(new Place(new ArrayList<>(), blockWidth));
      }
      of[i] = goesOn ? of[source[i]] : places.get(places.size() - 1);
      of[i].rows.add(i);
    }
    return of;
  }

  private void connect(DrawnGraph graph, Place[] of) {
    TreeMap<Integer, TreeSet<Integer>> edges = new TreeMap<>();
    List<Place> blocks = List.copyOf(places);
    for (int i = 0; i < blocks.size(); i++) {
      blocks.get(i).order = i;
    }
    for (Edge e : graph.edges()) {
      if (of[e.from()] != of[e.to()]) {
        edges.computeIfAbsent(of[e.to()].order, k -> new TreeSet<>()).add(of[e.from()].order);
      }
    }
    for (Place block : blocks) {
      TreeSet<Integer> sources = edges.getOrDefault(block.order, new TreeSet<>());
      sources.forEach(s -> block.layer = Math.max(block.layer, blocks.get(s).layer + 1));
      while (layers.size() <= block.layer) {
        layers.add(new ArrayList<>());
      }
      layers.get(block.layer).add(block);
    }
    edges.forEach((to, froms) -> froms.forEach(f -> route(blocks.get(f), blocks.get(to))));
  }

  private void route(Place from, Place to) {
    List<Place> route = new ArrayList<>(List.of(from));
    for (int layer = from.layer + 1; layer < to.layer; layer++) {
      Place passing = new Place(List.of(), THREAD);
      passing.layer = layer;
      layers.get(layer).add(passing);
      places.add(passing);
      route.add(passing);
    }
    route.add(to);
    for (int i = 1; i < route.size(); i++) {
      route.get(i - 1).below.add(route.get(i));
      route.get(i).above.add(route.get(i - 1));
    }
    routes.add(route);
  }

  /** Sorts layers by the mean order of neighbours, downwards and upwards in turns. */
  private void order() {
    layers.forEach(BlockLayout::number);
    for (int sweep = 0; sweep < ORDER_SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int i = 0; i < layers.size(); i++) {
        List<Place> layer = layers.get(down ? i : layers.size() - 1 - i);
        double[] wish = new double[layer.size()];
        for (Place p : layer) {
          List<Place> neighbours = down ? p.above : p.below;
          wish[p.order] = neighbours.stream().mapToDouble(q -> q.order).average().orElse(p.order);
        }
        layer.sort(Comparator.comparingDouble(p -> wish[p.order]));
        number(layer);
      }
    }
  }

  private static void number(List<Place> layer) {
    for (int i = 0; i < layer.size(); i++) {
      layer.get(i).order = i;
    }
  }

  private void place() {
    double y = 0;
    for (List<Place> layer : layers) {
      int rows = layer.stream().mapToInt(p -> p.rows.size()).max().orElse(0);
      for (Place p : layer) {
        p.top = y;
        p.bottom = y + (p.isBlock() ? p.rows.size() : rows) * ROW;
      }
      y += rows * ROW + GAP;
      settle(layer, p -> p.order * blockWidth);
    }
    for (int sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int i = 0; i < layers.size(); i++) {
        settle(layers.get(down ? i : layers.size() - 1 - i), p -> near(p, down));
      }
    }
    double left = places.stream().mapToDouble(p -> p.center - p.width / 2).min().orElse(0);
    places.forEach(p -> p.center -= left);
  }

  /** Beside both neighbours, those that the sweep comes from twice. */
  private static double near(Place p, boolean down) {
    double sum = 0;
    double weight = 0;
    for (Place q : p.above) {
      sum += q.center * (down ? 2 : 1);
      weight += down ? 2 : 1;
    }
    for (Place q : p.below) {
      sum += q.center * (down ? 1 : 2);
      weight += down ? 1 : 2;
    }
    return weight == 0 ? p.center : sum / weight;
  }

  /** Where a place would like to be. */
  private interface Wish {
    double of(Place p);
  }

  /**
   * Moves the places of a layer to the centers nearest to their wishes, by least squares, that keep
   * their order and distances: isotonic regression by pooling adjacent violators.
   */
  private static void settle(List<Place> layer, Wish wishes) {
    int n = layer.size();
    double[] shift = new double[n];
    for (int i = 1; i < n; i++) {
      Place a = layer.get(i - 1);
      Place b = layer.get(i);
      shift[i] = shift[i - 1] + a.width / 2 + b.width / 2 + SPACE;
    }
    double[] means = new double[n];
    int[] sizes = new int[n];
    int pools = 0;
    for (int i = 0; i < n; i++) {
      means[pools] = wishes.of(layer.get(i)) - shift[i];
      sizes[pools++] = 1;
      while (pools > 1 && means[pools - 2] > means[pools - 1]) {
        int both = sizes[pools - 2] + sizes[pools - 1];
        means[pools - 2] =
            (means[pools - 2] * sizes[pools - 2] + means[pools - 1] * sizes[pools - 1]) / both;
        sizes[--pools - 1] = both;
      }
    }
    int at = 0;
    for (int pool = 0; pool < pools; pool++) {
      for (int i = 0; i < sizes[pool]; i++, at++) {
        layer.get(at).center = means[pool] + shift[at];
      }
    }
  }
}
