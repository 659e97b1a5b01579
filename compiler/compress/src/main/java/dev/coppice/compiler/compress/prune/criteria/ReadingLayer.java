package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.linalg.BlockElimination;
import dev.coppice.compiler.compress.linalg.NormalEquations;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.reconstruct.LayerGeometry;
import dev.coppice.compiler.compress.prune.reconstruct.OutputReference;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;

/**
 * A layer that reads units, with what it sees of calibration data. Of very wide layers only what
 * each unit contributes to the outputs is kept, so that a unit can be made up for by scaling
 * others.
 */
final class ReadingLayer {
  /** More inputs than this are taken unit by unit. */
  private static final int WIDE = 1600;

  private static final int SAMPLES_PER_INPUT = 6;
  private static final int SAMPLES = 2000;
  private static final double RIDGE = 1e-3;

  private final ChannelGroups groups;
  private final Layer layer;
  private final LayerGeometry geometry;
  private final OutputReference reference;
  private final int[] units;
  private final List<NormalEquations> sums = new ArrayList<>();
  private final List<List<Integer>> unitsOf = new ArrayList<>();
  private double referenceSum;
  private double referenceSquares;
  private long referenceCount;

  private ReadingLayer(
      ChannelGroups groups, Layer layer, LayerGeometry geometry, OutputReference reference) {
    this.groups = groups;
    this.layer = layer;
    this.geometry = geometry;
    this.reference = reference;
    this.units = groups.of(layer.input()).orElseThrow().units();
    for (int q = 0; q < geometry.groups(); q++) {
      Set<Integer> own = new LinkedHashSet<>();
      for (int i = 0; i < geometry.inputs(); i++) {
        own.add(unit(q, i));
      }
      unitsOf.add(List.copyOf(own));
      sums.add(new NormalEquations(isWide() ? own.size() : geometry.inputs(), 0));
    }
  }

  /** The layers of a graph that read units which may go. */
  static List<ReadingLayer> of(ChannelGroups groups) {
    OnnxGraph graph = groups.graph();
    List<ReadingLayer> readers = new ArrayList<>();
    for (Layer layer : Layer.of(graph)) {
      boolean reads =
          layer.kind() != Layer.Kind.RECURRENT
              && groups.of(layer.input()).isPresent()
              && !layer.isDepthwise(graph);
      if (reads) {
        LayerGeometry.of(layer, graph)
            .ifPresent(
                g ->
                    readers.add(
                        new ReadingLayer(groups, layer, g, OutputReference.of(layer, graph))));
      }
    }
    return readers;
  }

  private boolean isWide() {
    return geometry.inputs() > WIDE;
  }

  /** The unit of column {@code i} of the matrix of group {@code q}. */
  private int unit(int q, int i) {
    int channels = geometry.inputs() / geometry.perChannel();
    return units[q * channels + i / geometry.perChannel()];
  }

  boolean readsAny(List<Integer> some) {
    for (int unit : units) {
      if (unit != ChannelGroups.FIXED && some.contains(unit)) {
        return true;
      }
    }
    return false;
  }

  /** Shows the calibration data to all {@code readers}. */
  static void look(List<ReadingLayer> readers, ActivationSource source, long seed) {
    Set<String> values = new LinkedHashSet<>();
    readers.forEach(r -> values.add(r.layer.input()));
    readers.forEach(r -> values.add(r.reference.value()));
    if (!readers.isEmpty()) {
      source.visit(
          List.copyOf(values),
          (example, v) -> readers.forEach(r -> r.add(v, source.count(), seed + example)));
    }
  }

  private void add(Map<String, Tensor> values, int examples, long seed) {
    Tensor out = Objects.requireNonNull(values.get(reference.value()));
    for (int i = 0; i < out.size(); i++) {
      referenceSum += out.doubleAt(i);
      referenceSquares += out.doubleAt(i) * out.doubleAt(i);
    }
    referenceCount += out.size();
    int width = isWide() ? unitsOf.get(0).size() : geometry.inputs();
    int most = (SAMPLES + SAMPLES_PER_INPUT * width) / Math.max(1, examples) + 1;
    float[] x = Objects.requireNonNull(values.get(layer.input())).toFloats();
    float[] row = new float[geometry.inputs()];
    for (int position : geometry.sampled(most, seed)) {
      for (int q = 0; q < geometry.groups(); q++) {
        geometry.row(x, q, position, row);
        if (isWide()) {
          addContributions(q, row);
        } else {
          sums.get(q).add(row, 0, new float[0], 0);
        }
      }
    }
  }

  /** A sample for each output: what each unit adds to it. */
  private void addContributions(int q, float[] row) {
    Tensor w = groups.graph().constant(layer.weights()).orElseThrow();
    List<Integer> own = unitsOf.get(q);
    Map<Integer, Integer> places = new LinkedHashMap<>();
    own.forEach(u -> places.put(u, places.size()));
    int[] place = new int[row.length];
    for (int i = 0; i < row.length; i++) {
      place[i] = Objects.requireNonNull(places.get(unit(q, i)));
    }
    for (int o = 0; o < geometry.outputs(); o++) {
      float[] parts = new float[own.size()];
      double factor = reference.factor(q * geometry.outputs() + o);
      for (int i = 0; i < row.length; i++) {
        parts[place[i]] += (float) (factor * w.floatAt(geometry.index(q, o, i)) * row[i]);
      }
      sums.get(q).add(parts, 0, new float[0], 0);
    }
  }

  /** The elimination of units from this layer, with errors relative to what it leads to. */
  ReaderElimination elimination() {
    double mean = referenceSum / Math.max(1, referenceCount);
    double variance = referenceSquares / Math.max(1, referenceCount) - mean * mean;
    int outputs = geometry.outputs() * geometry.groups();
    List<BlockElimination> matrices = new ArrayList<>();
    List<Map<Integer, int[]>> columns = new ArrayList<>();
    Tensor w = groups.graph().constant(layer.weights()).orElseThrow();
    for (int q = 0; q < geometry.groups(); q++) {
      DMatrixRMaj gram = sums.get(q).gram(true);
      double samples = Math.max(1, sums.get(q).samples());
      if (isWide()) {
        // Each output was a sample of its own.
        samples /= geometry.outputs();
      }
      for (int i = 0; i < gram.data.length; i++) {
        gram.data[i] /= samples * Math.max(variance, Double.MIN_NORMAL) * outputs;
      }
      matrices.add(new BlockElimination(gram, matrix(w, q), RIDGE));
      columns.add(columns(q));
    }
    return new ReaderElimination(matrices, columns);
  }

  private DMatrixRMaj matrix(Tensor w, int q) {
    if (isWide()) {
      DMatrixRMaj ones = new DMatrixRMaj(unitsOf.get(q).size(), 1);
      ones.fill(1);
      return ones;
    }
    DMatrixRMaj matrix = new DMatrixRMaj(geometry.inputs(), geometry.outputs());
    for (int o = 0; o < geometry.outputs(); o++) {
      double factor = reference.factor(q * geometry.outputs() + o);
      for (int i = 0; i < geometry.inputs(); i++) {
        matrix.set(i, o, factor * w.doubleAt(geometry.index(q, o, i)));
      }
    }
    return matrix;
  }

  private Map<Integer, int[]> columns(int q) {
    Map<Integer, List<Integer>> lists = new LinkedHashMap<>();
    if (isWide()) {
      for (int i = 0; i < unitsOf.get(q).size(); i++) {
        lists.put(unitsOf.get(q).get(i), List.of(i));
      }
    } else {
      for (int i = 0; i < geometry.inputs(); i++) {
        lists.computeIfAbsent(unit(q, i), u -> new ArrayList<>()).add(i);
      }
    }
    lists.remove(ChannelGroups.FIXED);
    Map<Integer, int[]> columns = new LinkedHashMap<>();
    lists.forEach((u, l) -> columns.put(u, l.stream().mapToInt(Integer::intValue).toArray()));
    return columns;
  }
}
