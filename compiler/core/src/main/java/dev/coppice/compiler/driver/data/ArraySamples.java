package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Samples that are stacked along the first axis of one array an input. */
final class ArraySamples implements Samples {
  private final List<Port> ports;
  private final List<Tensor> arrays;
  private final List<SampleConversion> conversions;
  private final int count;

  private ArraySamples(
      List<Port> ports, List<Tensor> arrays, List<SampleConversion> conversions, int count) {
    this.ports = ports;
    this.arrays = arrays;
    this.conversions = conversions;
    this.count = count;
  }

  /**
   * The samples in {@code arrays}, which are matched to the inputs by name; the only array is the
   * only input's. Values are converted to the input's type after scaling.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic if the data does not fit
   *     the model
   */
  static ArraySamples of(
      Map<String, Tensor> arrays,
      List<Port> ports,
      InputScaling scaling,
      Layout layout,
      SourceRef where) {
    List<Tensor> matched = match(arrays, ports, where);
    List<SampleConversion> conversions = new ArrayList<>();
    int count = -1;
    for (int j = 0; j < ports.size(); j++) {
      Port port = ports.get(j);
      Layout wanted = Layout.of(port.shape());
      SampleConversion conversion = new SampleConversion(port, scaling, layout, wanted, where);
      int n = count(matched.get(j), port, conversion, where);
      if (count >= 0 && n != count) {
        throw DataFile.invalid(
            where,
            String.format(
                Locale.ROOT,
                "input '%s' has %d samples, the inputs before it have %d",
                port.name(),
                n,
                count));
      }
      count = n;
      conversions.add(conversion);
    }
    return new ArraySamples(ports, matched, conversions, Math.max(count, 0));
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public List<Tensor> inputs(int i) {
    List<Tensor> tensors = new ArrayList<>();
    for (int j = 0; j < ports.size(); j++) {
      tensors.add(conversions.get(j).apply(arrays.get(j), i * ports.get(j).shape().size()));
    }
    return tensors;
  }

  private static List<Tensor> match(Map<String, Tensor> arrays, List<Port> ports, SourceRef where) {
    if (ports.size() == 1 && arrays.size() == 1) {
      return List.copyOf(arrays.values());
    }
    List<Tensor> matched = new ArrayList<>();
    for (Port port : ports) {
      Tensor array = arrays.get(port.name());
      if (array == null) {
        throw DataFile.invalid(
            where,
            String.format(
                Locale.ROOT,
                "no array for input '%s' %s; the file has %s",
                port.name(),
                SampleConversion.type(port),
                arrays.keySet()));
      }
      matched.add(array);
    }
    return matched;
  }

  private static int count(Tensor data, Port port, SampleConversion conversion, SourceRef where) {
    int size = port.shape().size();
    Shape shape = data.shape();
    int samples = shape.rank() == 0 ? 1 : shape.dim(0);
    if (size == 0 || data.size() == 0) {
      throw DataFile.invalid(where, "there is nothing to run: the data is " + data.type());
    }
    boolean single = data.size() == size && sameDims(shape, port.shape());
    if (!single && (samples == 0 || data.size() / samples != size)) {
      throw DataFile.invalid(
          where,
          String.format(
                  Locale.ROOT,
                  "the data is %s, one sample of %d elements along the first axis, but input '%s'"
                      + " is %s",
                  data.type(),
                  data.size() / Math.max(1, samples),
                  port.name(),
                  SampleConversion.type(port))
              + (port.shape().rank() > 0 && port.shape().dim(0) > 1
                  ? "; compile the model for one sample with --dim"
                  : ""));
    }
    conversion.checkOrder(
        single ? shape.dims() : Arrays.copyOfRange(shape.dims(), 1, shape.rank()));
    conversion.checkType(data.dtype());
    return single ? 1 : samples;
  }

  private static boolean sameDims(Shape a, Shape b) {
    return Arrays.equals(SampleConversion.dropOnes(a.dims()), SampleConversion.dropOnes(b.dims()));
  }
}
