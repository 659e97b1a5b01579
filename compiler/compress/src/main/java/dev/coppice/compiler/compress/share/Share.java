package dev.coppice.compiler.compress.share;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Weight sharing (Han, Mao, Dally 2016, arXiv 1510.00149, section 3): the weights of a layer, of
 * some of its channels or of all layers become indices of a codebook that k-means finds. Biases
 * stay, and weights so few that the codebook would take more than they do. See {@link KMeans1D}
 * and, for how it is written, {@link CodebookNodes}; generated classes code the indices by Huffman
 * where that is smaller.
 */
public final class Share implements Method {
  private static final int CLUSTERS = 32;
  private static final int MAX_ITERATIONS = 1000;

  /** Up to here the optimal partition is found in a second or so for any layer. */
  private static final int OPTIMAL_CLUSTERS = 256;

  /** Up to here a linear start is, whose error is next; it leaves many clusters to be refilled. */
  private static final int LINEAR_CLUSTERS = 8192;

  @Override
  public String name() {
    return "share";
  }

  @Override
  public String summary() {
    return "Replaces weights by the nearest of a few values, which a codebook holds.";
  }

  @Override
  public List<String> keys() {
    return List.of("clusters", "scope", "group-size", "init", "keep-zeros", "seed");
  }

  /** Which weights have a codebook together. */
  private enum Scope {
    LAYER,
    CHANNEL_GROUP,
    NETWORK
  }

  private record Options(KMeans1D kmeans, Scope scope, int groupSize) {}

  @Override
  public Optional<Step> read(StepOptions options) {
    int clusters = options.integer("clusters", 2, 1 << 16, CLUSTERS);
    String scope = options.choice("scope", "layer", "channel-group", "network");
    boolean grouped = scope.equals("channel-group");
    if (options.has("group-size") != grouped) {
      options.refuse(
          "group-size",
          grouped
              ? "is missing: the number of channels that share a codebook"
              : "needs 'scope: channel-group'");
    }
    int groupSize = options.integer("group-size", 1, 1 << 20, 1);
    CentroidStart start =
        start(options.choice("init", "auto", "linear", "density", "random", "k-means++", "optimal"))
            .orElse(automatic(clusters));
    if (start == CentroidStart.OPTIMAL && clusters > KMeans1D.MAX_OPTIMAL) {
      options.refuse("init", "'optimal' takes at most " + KMeans1D.MAX_OPTIMAL + " clusters");
    }
    boolean keepZeros = options.flag("keep-zeros", true);
    long seed = options.seed();
    LayerSelection layers = options.layers();
    return options.step(
        session ->
            share(
                session,
                session.select(layers),
                new Options(
                    new KMeans1D(clusters, start, seed, keepZeros, MAX_ITERATIONS),
                    Scope.valueOf(scope.replace('-', '_').toUpperCase(Locale.ROOT)),
                    groupSize)));
  }

  private static Optional<CentroidStart> start(String text) {
    return switch (text) {
      case "auto" -> Optional.empty();
      case "k-means++" -> Optional.of(CentroidStart.KMEANS_PLUS_PLUS);
      default -> Optional.of(CentroidStart.valueOf(text.toUpperCase(Locale.ROOT)));
    };
  }

  private static CentroidStart automatic(int clusters) {
    if (clusters > LINEAR_CLUSTERS) {
      return CentroidStart.DENSITY;
    }
    return clusters > OPTIMAL_CLUSTERS ? CentroidStart.LINEAR : CentroidStart.OPTIMAL;
  }

  private static void share(Session session, List<Layer> layers, Options options) {
    OnnxGraph graph = session.graph();
    Map<String, Layer> byWeights = new LinkedHashMap<>();
    layers.stream()
        .filter(l -> isShareable(session, l.weights()))
        .forEach(l -> byWeights.putIfAbsent(l.weights(), l));
    if (options.scope() == Scope.NETWORK && !byWeights.isEmpty()) {
      shareTogether(session, byWeights, options);
      return;
    }
    int done = 0;
    for (Layer layer : byWeights.values()) {
      session.progress("clustering " + layer.label(), done++, byWeights.size());
      Tensor before = graph.constant(layer.weights()).orElseThrow();
      SharedWeights shared = shared(layer, before, options);
      if (shared.bits() >= 32L * before.size()) {
        session.decide(
            layer.label(),
            "left as it is",
            String.format(
                Locale.ROOT,
                "indices and codebook would take %d bits, the %d weights take %d",
                shared.bits(),
                before.size(),
                32L * before.size()));
        continue;
      }
      CodebookNodes.store(graph, layer.weights(), shared);
      decide(session, layer, before, shared, options);
    }
  }

  /** Weights are all finite; otherwise it is reported. */
  private static boolean isShareable(Session session, String weights) {
    Tensor w = session.graph().constant(weights).orElseThrow();
    for (int i = 0; i < w.size(); i++) {
      if (!Float.isFinite(w.floatAt(i))) {
        session
            .notes()
            .report(
                DiagnosticCode.WEIGHTS_LEFT_ALONE,
                SourceRef.file(session.graph().name()),
                weights,
                "element " + i + " is " + w.floatAt(i));
        return false;
      }
    }
    return w.size() > 0;
  }

  private static SharedWeights shared(Layer layer, Tensor w, Options options) {
    return options.scope() == Scope.CHANNEL_GROUP
        ? SharedWeights.ofGroups(w, layer.outAxis(), options.groupSize(), options.kmeans())
        : SharedWeights.of(w, options.kmeans().fit(List.of(w)).codebook());
  }

  private static void shareTogether(
      Session session, Map<String, Layer> byWeights, Options options) {
    OnnxGraph graph = session.graph();
    session.progress("clustering all layers", 0, 1);
    List<Tensor> all =
        byWeights.keySet().stream().map(w -> graph.constant(w).orElseThrow()).toList();
    Codebook codebook = options.kmeans().fit(all).codebook();
    String name = graph.addConstant("codebook", codebook.values());
    for (Layer layer : byWeights.values()) {
      Tensor before = graph.constant(layer.weights()).orElseThrow();
      SharedWeights shared = SharedWeights.of(before, codebook);
      CodebookNodes.store(graph, layer.weights(), shared, name);
      decide(session, layer, before, shared, options);
    }
  }

  private static void decide(
      Session session, Layer layer, Tensor before, SharedWeights shared, Options options) {
    int codebooks = shared.codebooks().size();
    session.decide(
        layer.label(),
        String.format(
            Locale.ROOT,
            "%s, indices of %d bits",
            codebooks == 1
                ? shared.size() + " values"
                : codebooks + " codebooks of up to " + shared.size() + " values",
            shared.codebooks().stream().mapToInt(Codebook::indexBits).max().orElse(0)),
        String.format(
            Locale.ROOT,
            "relative error of the weights %.3g %%, %.2f bits each by entropy; k-means from %s"
                + " start",
            100 * RelativeError.of(before, shared.decoded()),
            shared.entropy(),
            options.kmeans().start().text()));
  }
}
