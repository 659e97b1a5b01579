package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.merge.Merge;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drops are computed by the interpreter, which the search does not use. */
class LayerExclusionTest {
  private static final Examples EXAMPLES = SmallNetwork.examples(12, 1);

  private OnnxGraph reference;
  private Session session;
  private StaticQuantizer quantizer;

  @BeforeEach
  void quantizeCoarsely() {
    OnnxGraph original = SmallNetwork.of(13);
    reference = original.copy();
    Merge.standard(reference);
    session =
        new Session(
            original,
            reference.copy(),
            "r.yaml",
            Settings.DEFAULT,
            Optional.of(EXAMPLES),
            Optional.empty(),
            new DiagnosticSink(),
            Progress.NONE);
    // Two bits for two layers, so that these cost more than the others.
    QuantizationScheme scheme =
        new QuantizationScheme(
            new ActivationType(DType.INT8, false),
            new Calibrator(Calibrator.Kind.MSE, 99.9),
            new WeightQuantizer(
                WeightQuantizer.Granularity.CHANNEL, 0, true, WeightQuantizer.Rounding.NEAREST),
            List.of(coarse("dw"), coarse("pw")),
            false);
    quantizer = new StaticQuantizer(reference, scheme, Layer.of(reference), EXAMPLES, "portable");
  }

  private static QuantizationScheme.TypeRule coarse(String layer) {
    return new QuantizationScheme.TypeRule(
        new LayerSelection(List.of(new LayerSelection.Glob(layer, 1)), List.of()),
        Optional.of(WeightType.INT2));
  }

  @Test
  void rankingIsOfEachLayerAlone() {
    Set<String> all = new HashSet<>();
    quantizer.layers().forEach(l -> all.add(l.output()));
    Map<String, Double> errors = new LinkedHashMap<>();
    double before = Double.POSITIVE_INFINITY;
    for (SensitivityRanking.Ranked r :
        LayerExclusion.rank(session, quantizer, reference).ranked()) {
      Set<String> others = new HashSet<>(all);
      others.remove(r.layer().output());
      assertEquals(drop(others), r.error(), 1e-4, r.layer().label());
      assertTrue(r.error() <= before);
      before = r.error();
      errors.put(r.layer().label(), r.error());
    }
    assertEquals(4, errors.size());
    assertEquals(
        Set.of("dw", "pw"), Set.copyOf(List.copyOf(errors.keySet()).subList(0, 2)), errors + "");
  }

  /** A limit between what two numbers of layers cost is kept with the larger. */
  @Test
  void asFewAsPossibleStayInFloat() {
    List<String> ranked =
        LayerExclusion.rank(session, quantizer, reference).ranked().stream()
            .map(r -> r.layer().output())
            .toList();
    List<Double> drops = new ArrayList<>();
    for (int n = 0; n <= ranked.size(); n++) {
      drops.add(drop(Set.copyOf(ranked.subList(0, n))));
    }
    assertEquals(0, drops.get(4), 1e-5);
    for (int n : new int[] {1, 3}) {
      assertTrue(drops.get(n) < drops.get(n - 1), drops.toString());
      double limit = (drops.get(n - 1) + drops.get(n)) / 2;
      int decided = session.findings().decisions().size();
      assertEquals(
          Set.copyOf(ranked.subList(0, n)),
          new LayerExclusion(session, quantizer, reference, limit).find());
      List<Decision> decisions =
          session.findings().decisions().subList(decided, session.findings().decisions().size());
      assertEquals(n + 1, decisions.size());
      assertEquals("stays in float", decisions.get(0).what());
      assertEquals(n + " layers stay in float", decisions.get(n).what());
      assertTrue(
          decisions.get(n).why().startsWith("relative-error gets worse by "),
          decisions.get(n).why());
    }
  }

  @Test
  void noneStaysWhereTheLimitHolds() {
    double drop = drop(Set.of());
    assertEquals(Set.of(), new LayerExclusion(session, quantizer, reference, 1.01 * drop).find());
    assertEquals(List.of(), session.findings().sensitivities());
    assertEquals(
        List.of("all layers are quantized"),
        session.findings().decisions().stream().map(Decision::what).toList());
  }

  /** The mean relative error of the outputs with these layers in float. */
  private double drop(Set<String> inFloat) {
    OnnxGraph quantized = quantizer.quantized(inFloat);
    double sum = 0;
    for (int e = 0; e < EXAMPLES.count(); e++) {
      List<Tensor> inputs = EXAMPLES.inputs(e);
      sum +=
          RelativeError.of(
              Interpreted.run(reference, inputs).get(0), Interpreted.run(quantized, inputs).get(0));
    }
    return sum / EXAMPLES.count();
  }
}
