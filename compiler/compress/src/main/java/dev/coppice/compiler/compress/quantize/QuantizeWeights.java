package dev.coppice.compiler.compress.quantize;

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
 * Stores weights in fewer bits; the layers go on computing in float. See {@link QuantizedWeights},
 * {@link ReconstructedRounding} and, for how it is written, {@link StoredWeights}.
 */
public final class QuantizeWeights implements Method {
  private static final int GROUP_SIZE = 32;

  @Override
  public String name() {
    return "quantize-weights";
  }

  @Override
  public String summary() {
    return "Stores weights as fp16 or as integers of 16, 8, 4 or 2 bits with scales.";
  }

  @Override
  public List<String> keys() {
    return List.of("type", "granularity", "group-size", "scheme", "rounding");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    WeightType type =
        WeightType.named(options.choice("type", "int8", "fp16", "int16", "int4", "int2"));
    WeightQuantizer quantizer = quantizer(options);
    LayerSelection layers = options.layers();
    return options.step(
        session -> {
          List<Layer> selected = session.select(layers);
          Map<String, Layer> byWeights = new LinkedHashMap<>();
          selected.forEach(l -> byWeights.putIfAbsent(l.weights(), l));
          Map<String, InputGrams> grams = grams(session, byWeights, type, quantizer);
          byWeights.forEach((weights, layer) -> quantize(session, layer, type, quantizer, grams));
          session.graph().sweep();
        });
  }

  /** How the options say weights become integers. */
  static WeightQuantizer quantizer(StepOptions options) {
    String granularity = options.choice("granularity", "channel", "tensor", "group");
    String rounding = options.choice("rounding", "nearest", "mse", "reconstruct");
    boolean symmetric = options.choice("scheme", "symmetric", "asymmetric").equals("symmetric");
    if (options.has("group-size") && !granularity.equals("group")) {
      options.refuse("group-size", "needs 'granularity: group'");
    }
    int groupSize = options.integer("group-size", 2, 1 << 20, GROUP_SIZE);
    return new WeightQuantizer(
        WeightQuantizer.Granularity.valueOf(granularity.toUpperCase(Locale.ROOT)),
        groupSize,
        symmetric,
        WeightQuantizer.Rounding.valueOf(rounding.toUpperCase(Locale.ROOT)));
  }

  private static Map<String, InputGrams> grams(
      Session session, Map<String, Layer> layers, WeightType type, WeightQuantizer quantizer) {
    if (!type.isInteger() || quantizer.rounding() != WeightQuantizer.Rounding.RECONSTRUCT) {
      return Map.of();
    }
    OnnxGraph graph = session.graph();
    // What one use would gain, another might lose.
    List<Layer> once =
        layers.values().stream().filter(l -> graph.consumers(l.weights()).size() == 1).toList();
    return InputGrams.of(
        graph, once, session.calibration("'rounding: reconstruct'"), session.backend());
  }

  private static void quantize(
      Session session,
      Layer layer,
      WeightType type,
      WeightQuantizer quantizer,
      Map<String, InputGrams> grams) {
    OnnxGraph graph = session.graph();
    String weights = layer.weights();
    Tensor before = graph.constant(weights).orElseThrow();
    String value;
    Tensor after;
    String form;
    if (type.isInteger()) {
      QuantizedWeights quantized;
      Optional<InputGrams> inputs = Optional.ofNullable(grams.get(InputGrams.key(layer)));
      try {
        quantized = quantizer.quantize(layer, before, type, inputs);
      } catch (IllegalArgumentException e) {
        session
            .notes()
            .report(
                DiagnosticCode.WEIGHTS_LEFT_ALONE,
                SourceRef.file(graph.name()),
                weights,
                String.valueOf(e.getMessage()));
        return;
      }
      value = StoredWeights.add(graph, weights, quantized);
      after = quantized.dequantized();
      form = type.text() + ", " + quantizer.text() + stored(type, graph);
    } else {
      value = StoredWeights.addHalf(graph, weights);
      after = StoredWeights.half(before);
      form = type.text();
    }
    graph.rewire(weights, value);
    session.decide(
        layer.label(),
        form,
        String.format(
            Locale.ROOT,
            "relative error of the weights %.3g %%, rounding: %s",
            100 * relativeError(before, after),
            grams.containsKey(InputGrams.key(layer)) || !type.isInteger()
                ? type.isInteger() ? "reconstruct" : "nearest"
                : quantizer.rounding() == WeightQuantizer.Rounding.RECONSTRUCT
                    ? "mse"
                    : quantizer.rounding().text()));
  }

  private static String stored(WeightType type, OnnxGraph graph) {
    int bits = StoredWeights.dtype(type, graph.opset()).bits();
    return bits == type.bits()
        ? ""
        : ", in " + bits + " bits each since opset " + graph.opset() + " has no smaller type";
  }

  /** {@code |after - before| / |before|}. */
  static double relativeError(Tensor before, Tensor after) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < before.size(); i++) {
      double d = after.doubleAt(i) - before.doubleAt(i);
      error += d * d;
      norm += before.doubleAt(i) * before.doubleAt(i);
    }
    return error == 0 ? 0 : Math.sqrt(error / norm);
  }
}
