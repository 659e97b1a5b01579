package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.StagedValues;
import dev.coppice.compiler.compress.linalg.RidgeRegression;
import dev.coppice.compiler.compress.model.KeptChannels;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.LayerBias;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;

/**
 * Fits the weights of layers, one after the other, to what the original computes in their place:
 * inputs are those of the changed model with all layers before fitted already, targets are the
 * original's outputs (He, Zhang, Sun 2017, "Channel pruning", arXiv 1707.06168; Luo, Wu, Lin 2017,
 * "ThiNet", arXiv 1707.06342). Where a layer is a term of a residual sum, its target also makes up
 * for what the other term has lost by then.
 */
public final class Reconstruction {
  private final OnnxGraph original;
  private final OnnxGraph graph;
  private final KeptChannels kept;
  private final StagedValues before;
  private final StagedValues now;
  private final Examples examples;
  private final Options options;

  /**
   * How layers are fitted.
   *
   * @param positions output positions looked at in each example
   * @param ridge how much the weights before are preferred, as a fraction of the mean square of an
   *     input
   * @param residual whether a term of a sum makes up for the other
   * @param seed of the choice of positions
   */
  public record Options(int positions, double ridge, boolean residual, long seed) {}

  /**
   * What became of a layer.
   *
   * @param layer its label
   * @param before root mean square of the error of its output, relative to the deviation of the
   *     output, with the weights it had
   * @param after the same with those it has now
   */
  public record Fitted(String layer, double before, double after) {}

  /** A reconstruction of {@code graph}, which was made from {@code original}. */
  public Reconstruction(
      OnnxGraph original, OnnxGraph graph, Examples examples, String backend, Options options) {
    this.original = original;
    this.graph = graph;
    this.kept = KeptChannels.of(graph).since(original);
    this.before = new StagedValues(original, examples, backend);
    this.now = new StagedValues(graph, examples, backend);
    this.examples = examples;
    this.options = options;
  }

  /** Fits {@code layer}; empty if it has no counterpart. Layers come in the order of the graph. */
  public Optional<Fitted> fit(Layer layer) {
    Optional<LayerGeometry> geometry = LayerGeometry.of(layer, graph);
    if (geometry.isEmpty() || !original.hasType(layer.output())) {
      return Optional.empty();
    }
    LayerGeometry g = geometry.get();
    int channels = g.outputs() * g.groups();
    int[] places = kept.of(layer.output()).orElseGet(() -> all(channels));
    int originals = original.shape(layer.output()).size() / g.positions();
    if (places.length != channels || places[channels - 1] >= originals) {
      return Optional.empty();
    }
    List<Tensor> inputs = now.of(layer.input());
    List<Tensor> targets = before.of(layer.output());
    Optional<ResidualTerm> residual =
        options.residual() ? ResidualTerm.of(layer, graph, original, kept) : Optional.empty();
    List<Tensor> lost = residual.isPresent() ? now.of(residual.get().other()) : List.of();
    List<Tensor> whole = residual.isPresent() ? before.of(residual.get().other()) : List.of();
    List<FitSamples> samples = new ArrayList<>();
    for (int q = 0; q < g.groups(); q++) {
      samples.add(new FitSamples(g.inputs(), g.outputs()));
    }
    float[] row = new float[g.inputs()];
    float[] target = new float[g.outputs()];
    for (int e = 0; e < examples.count(); e++) {
      float[] x = inputs.get(e).toFloats();
      float[] y = targets.get(e).toFloats();
      for (int position : g.sampled(options.positions(), options.seed() + e)) {
        for (int q = 0; q < g.groups(); q++) {
          g.row(x, q, position, row);
          for (int o = 0; o < target.length; o++) {
            int c = q * target.length + o;
            target[o] = y[g.place(position, places[c], originals)];
            if (residual.isPresent()) {
              target[o] += residual.get().gap(c, position, g, whole.get(e), lost.get(e));
            }
          }
          samples.get(q).add(row, target);
        }
      }
    }
    return Optional.of(solve(layer, g, samples));
  }

  private static int[] all(int n) {
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private Fitted solve(Layer layer, LayerGeometry g, List<FitSamples> samples) {
    Tensor w = graph.constant(layer.weights()).orElseThrow();
    float[] fitted = w.toFloats();
    double[] shift = new double[g.outputs() * g.groups()];
    double errorBefore = 0;
    double errorAfter = 0;
    double energy = 0;
    double[] bias = LayerBias.of(graph, layer, shift.length);
    for (int q = 0; q < g.groups(); q++) {
      DMatrixRMaj prior = new DMatrixRMaj(g.matrix(w, q));
      double[] own = Arrays.copyOfRange(bias, q * g.outputs(), (q + 1) * g.outputs());
      errorBefore += samples.get(q).squaredError(prior, own);
      energy += samples.get(q).energy();
      RidgeRegression.Fit fit = samples.get(q).fit(prior, options.ridge());
      errorAfter += fit.squaredError();
      for (int o = 0; o < g.outputs(); o++) {
        shift[q * g.outputs() + o] = fit.bias()[o] - own[o];
        for (int i = 0; i < g.inputs(); i++) {
          fitted[g.index(q, o, i)] = (float) fit.weights().get(o, i);
        }
      }
    }
    graph.constant(layer.weights(), Tensor.ofFloats(w.shape(), fitted));
    LayerBias.add(graph, layer, shift);
    return new Fitted(
        layer.label(),
        Math.sqrt(errorBefore / Math.max(energy, Double.MIN_NORMAL)),
        Math.sqrt(errorAfter / Math.max(energy, Double.MIN_NORMAL)));
  }
}
