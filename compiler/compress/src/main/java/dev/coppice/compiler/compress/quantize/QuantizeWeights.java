package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.opset.OpsetUpgrade;
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
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

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
    return List.of(
        "type",
        "granularity",
        "group-size",
        "scheme",
        "rounding",
        "opset",
        "max-bytes",
        "max-drop");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    String type = options.choice("type", "int8", "fp16", "int16", "int4", "int2", "auto");
    WeightQuantizer quantizer = quantizer(options);
    int opset = options.integer("opset", 7, OpsetUpgrade.NEWEST, 0);
    OptionalLong maxBytes = options.bytes("max-bytes");
    OptionalDouble maxDrop =
        options.has("max-drop")
            ? OptionalDouble.of(options.number("max-drop", 0, 1e9))
            : OptionalDouble.empty();
    boolean limited = maxBytes.isPresent() != maxDrop.isPresent();
    if (type.equals("auto") ? !limited : maxBytes.isPresent() || maxDrop.isPresent()) {
      options.refuse(
          "type", "'auto' needs 'max-bytes' or 'max-drop', of which other types take neither");
    }
    LayerSelection layers = options.layers();
    return options.step(
        session -> {
          OpsetUpgrade.to(session.graph(), opset);
          List<Layer> selected = layers(session, layers);
          boolean auto = type.equals("auto");
          boolean measures = auto || needsInputs(WeightType.named(type), quantizer);
          Map<String, InputGrams> grams = measures ? grams(session, selected) : Map.of();
          WeightForms forms = new WeightForms(session.graph().copy(), quantizer, grams);
          Map<String, WeightType> types = new LinkedHashMap<>();
          if (auto) {
            BitAllocation allocation = new BitAllocation(session, selected, forms);
            types.putAll(
                maxBytes.isPresent()
                    ? allocation.within(maxBytes.getAsLong())
                    : allocation.withinDrop(maxDrop.getAsDouble()));
          } else {
            selected.forEach(l -> types.put(l.weights(), WeightType.named(type)));
          }
          for (Layer layer : selected) {
            WeightType own = Objects.requireNonNull(types.get(layer.weights()));
            store(session, layer, forms, own, quantizer);
          }
          session.graph().sweep();
        });
  }

  private static boolean needsInputs(WeightType type, WeightQuantizer quantizer) {
    return type.isInteger() && quantizer.rounding() == WeightQuantizer.Rounding.RECONSTRUCT;
  }

  /** A layer for each constant of {@code selection} whose elements are finite. */
  private static List<Layer> layers(Session session, LayerSelection selection) {
    OnnxGraph graph = session.graph();
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (Layer layer : session.select(selection)) {
      Tensor w = graph.constant(layer.weights()).orElseThrow();
      int at = IntStream.range(0, w.size()).filter(i -> !isFinite(w, i)).findFirst().orElse(-1);
      if (at < 0) {
        layers.putIfAbsent(layer.weights(), layer);
      } else {
        session
            .notes()
            .report(
                DiagnosticCode.WEIGHTS_LEFT_ALONE,
                SourceRef.file(graph.name()),
                layer.weights(),
                "element " + at + " is " + w.floatAt(at));
      }
    }
    return List.copyOf(layers.values());
  }

  private static boolean isFinite(Tensor w, int i) {
    return Float.isFinite(w.floatAt(i));
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

  private static Map<String, InputGrams> grams(Session session, List<Layer> layers) {
    OnnxGraph graph = session.graph();
    // What one use would gain, another might lose.
    List<Layer> once =
        layers.stream().filter(l -> graph.consumers(l.weights()).size() == 1).toList();
    return InputGrams.of(
        graph, once, session.calibration("rounding by what layers compute"), session.backend());
  }

  private static void store(
      Session session, Layer layer, WeightForms forms, WeightType type, WeightQuantizer quantizer) {
    OnnxGraph graph = session.graph();
    Tensor before = graph.constant(layer.weights()).orElseThrow();
    WeightForm form = forms.of(layer, type);
    form.store(graph, layer.weights());
    session.decide(
        layer.label(),
        type.isInteger()
            ? type.text() + ", " + quantizer.text() + stored(type, graph)
            : type.text(),
        String.format(
            Locale.ROOT,
            "relative error of the weights %.3g %%, rounding: %s",
            100 * RelativeError.of(before, form.floats()),
            forms.rounding(layer, type).text()));
  }

  private static String stored(WeightType type, OnnxGraph graph) {
    int bits = StoredWeights.dtype(type, graph.opset()).bits();
    return bits == type.bits()
        ? ""
        : ", in " + bits + " bits each since opset " + graph.opset() + " has no smaller type";
  }
}
