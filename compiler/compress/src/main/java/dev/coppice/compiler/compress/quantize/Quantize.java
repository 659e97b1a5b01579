package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.merge.Merge;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.opset.OpsetUpgrade;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Static quantization after training (Jacob et al. 2018, arXiv 1712.05877; Krishnamoorthi 2018,
 * arXiv 1806.08342): layers and the arithmetic between them compute on integers of 8 bits, whose
 * scales are fixed by calibration data. The result has QuantizeLinear and DequantizeLinear nodes.
 */
public final class Quantize implements Method {
  private static final int AXIS_OPSET = 13;
  private static final int WIDE_OPSET = 21;
  private static final double PERCENTILE = 99.9;

  @Override
  public String name() {
    return "quantize";
  }

  @Override
  public String summary() {
    return "Lets layers compute on 8-bit integers, with scales from calibration data.";
  }

  @Override
  public List<String> keys() {
    return List.of(
        "activations",
        "scheme",
        "calibration",
        "percentile",
        "granularity",
        "rounding",
        "types",
        "equalize",
        "bias-correction",
        "sensitivity",
        "max-drop");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    QuantizationScheme scheme = scheme(options);
    LayerSelection layers = options.layers();
    Extras extras =
        new Extras(
            options.flag("equalize", false),
            options.flag("bias-correction", false),
            options.flag("sensitivity", false),
            options.has("max-drop")
                ? OptionalDouble.of(options.number("max-drop", 0, 1e9))
                : OptionalDouble.empty());
    return options.step(session -> quantize(session, layers, scheme, extras));
  }

  /**
   * What is done beside quantization.
   *
   * @param equalizes whether ranges are equalised between layers before
   * @param correctsBias whether shifted means are corrected afterwards
   * @param ranks whether each layer is quantized alone, for the report
   * @param maxDrop how much worse the metric may get on calibration data
   */
  private record Extras(
      boolean equalizes, boolean correctsBias, boolean ranks, OptionalDouble maxDrop) {}

  private static QuantizationScheme scheme(StepOptions options) {
    String integers = options.choice("activations", "int8", "uint8", "int16", "uint16");
    boolean symmetric = options.choice("scheme", "asymmetric", "symmetric").equals("symmetric");
    DType dtype = DType.valueOf(integers.toUpperCase(Locale.ROOT));
    if (symmetric && dtype.isUnsigned()) {
      options.refuse("scheme", "'symmetric' needs signed activations, int8 or int16");
    }
    String calibration = options.choice("calibration", "mse", "min-max", "percentile", "entropy");
    if (options.has("percentile") && !calibration.equals("percentile")) {
      options.refuse("percentile", "needs 'calibration: percentile'");
    }
    double percentile = options.number("percentile", 50, Math.nextUp(100.0), PERCENTILE);
    String granularity = options.choice("granularity", "channel", "tensor");
    String rounding = options.choice("rounding", "nearest", "mse", "reconstruct");
    return new QuantizationScheme(
        new ActivationType(dtype, symmetric && !dtype.isUnsigned()),
        new Calibrator(Calibrator.Kind.valueOf(constant(calibration)), percentile),
        new WeightQuantizer(
            WeightQuantizer.Granularity.valueOf(constant(granularity)),
            0,
            true,
            WeightQuantizer.Rounding.valueOf(constant(rounding))),
        types(options),
        options.flag("bias-correction", false));
  }

  private static String constant(String choice) {
    return choice.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static List<QuantizationScheme.TypeRule> types(StepOptions options) {
    List<QuantizationScheme.TypeRule> rules = new ArrayList<>();
    for (String text : options.texts("types")) {
      int at = text.lastIndexOf('=');
      String type = text.substring(at + 1).strip();
      if (at < 1 || !Set.of("int8", "int4", "int2", "float").contains(type)) {
        options.refuse(
            "types", "has '" + text + "', expected NAME=TYPE with int8, int4, int2 or float");
        continue;
      }
      LayerSelection.Glob glob =
          new LayerSelection.Glob(text.substring(0, at).strip(), options.line());
      rules.add(
          new QuantizationScheme.TypeRule(
              new LayerSelection(List.of(glob), List.of()),
              type.equals("float") ? Optional.empty() : Optional.of(WeightType.named(type))));
    }
    return rules;
  }

  private static void quantize(
      Session session, LayerSelection selection, QuantizationScheme scheme, Extras extras) {
    OnnxGraph graph = session.graph();
    Examples examples = session.calibration("method 'quantize'");
    OpsetUpgrade.to(graph, scheme.activations().dtype().bits() > 8 ? WIDE_OPSET : AXIS_OPSET);
    Merge.standard(graph);
    if (extras.equalizes()) {
      CrossLayerEqualization.equalize(session, session.select(selection), false);
    }
    List<Layer> layers =
        session.select(selection).stream()
            .filter(l -> scheme.type(l).isPresent() && l.kind() != Layer.Kind.RECURRENT)
            .toList();
    OnnxGraph reference = graph.copy();
    StaticQuantizer quantizer =
        new StaticQuantizer(reference, scheme, layers, examples, session.backend());
    Set<String> inFloat = Set.of();
    if (extras.maxDrop().isPresent()) {
      double most = extras.maxDrop().getAsDouble();
      inFloat = new LayerExclusion(session, quantizer, reference, most).find();
    }
    if (extras.ranks() && session.findings().sensitivities().isEmpty()) {
      LayerExclusion.rank(session, quantizer, reference);
    }
    graph.become(quantizer.quantized(inFloat));
    for (Layer layer : quantizer.layers()) {
      if (!inFloat.contains(layer.output())) {
        decide(session, layer, quantizer.weights(layer), scheme);
      }
    }
    if (extras.correctsBias()) {
      new BiasCorrection(reference, examples, session.backend())
          .correct(graph)
          .forEach(shift -> CorrectBias.decide(session, shift));
      graph.sweep();
    }
  }

  private static void decide(
      Session session, Layer layer, QuantizedWeights weights, QuantizationScheme scheme) {
    session.decide(
        layer.label(),
        String.format(
            Locale.ROOT,
            "weights %s, %s, activations %s",
            weights.type().text(),
            scheme.weights().text(),
            scheme.activations().dtype().name().toLowerCase(Locale.ROOT)),
        "calibration: " + scheme.calibrator().kind().text());
  }
}
