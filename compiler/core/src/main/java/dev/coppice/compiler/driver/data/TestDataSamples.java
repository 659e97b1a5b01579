package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The inputs of ONNX test data as samples. */
final class TestDataSamples implements Samples {
  private final List<TestDataSet> sets;
  private final List<SampleConversion> conversions;

  private TestDataSamples(List<TestDataSet> sets, List<SampleConversion> conversions) {
    this.sets = sets;
    this.conversions = conversions;
  }

  /**
   * A sample a set.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic if a set does not fit
   *     the model
   */
  static TestDataSamples of(
      List<TestDataSet> sets,
      List<Port> ports,
      InputScaling scaling,
      Layout layout,
      SourceRef where) {
    for (TestDataSet set : sets) {
      check(set, ports, where);
    }
    return new TestDataSamples(
        List.copyOf(sets),
        ports.stream()
            .map(p -> new SampleConversion(p, scaling, layout, Layout.of(p.shape()), where))
            .toList());
  }

  @Override
  public int count() {
    return sets.size();
  }

  @Override
  public List<Tensor> inputs(int i) {
    List<Tensor> stored = sets.get(i).inputs();
    List<Tensor> tensors = new ArrayList<>();
    for (int j = 0; j < stored.size(); j++) {
      tensors.add(conversions.get(j).apply(stored.get(j), 0));
    }
    return tensors;
  }

  private static void check(TestDataSet set, List<Port> ports, SourceRef where) {
    List<Tensor> inputs = set.inputs();
    if (inputs.size() != ports.size()) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "%s has %d inputs, the model has %d: %s",
              set.name(),
              inputs.size(),
              ports.size(),
              describe(ports)));
    }
    for (int j = 0; j < ports.size(); j++) {
      Tensor t = inputs.get(j);
      Port port = ports.get(j);
      if (t.size() != port.shape().size() || t.dtype() != port.dtype()) {
        throw DataFile.invalid(
            where,
            String.format(
                Locale.ROOT,
                "%s, input_%d.pb is %s, but input '%s' is %s",
                set.name(),
                j,
                t.type(),
                port.name(),
                SampleConversion.type(port)));
      }
    }
  }

  private static String describe(List<Port> ports) {
    return String.join(
        ", ", ports.stream().map(p -> p.name() + " " + SampleConversion.type(p)).toList());
  }
}
