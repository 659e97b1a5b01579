package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Samples for the inputs of one model: sample i is one tensor an input. */
public final class Samples {
  private final List<Port> ports;
  private final List<List<Tensor>> sets;
  private final List<Tensor> arrays;
  private final InputScaling scaling;
  private final int count;

  private Samples(
      List<Port> ports,
      List<List<Tensor>> sets,
      List<Tensor> arrays,
      InputScaling scaling,
      int count) {
    this.ports = ports;
    this.sets = sets;
    this.arrays = arrays;
    this.scaling = scaling;
    this.count = count;
  }

  /**
   * The samples in {@code data} for a model with inputs {@code ports}: a folder of ONNX test data
   * (as {@link TestDataSet}), or a file (as {@link DataFile}) whose arrays have the samples along
   * their first axis. Arrays are matched to inputs by name, or, if the model has one input, the
   * only array is taken. Values are converted to the input's type after scaling.
   *
   * @throws CompileException with one diagnostic if the data does not fit the model
   */
  public static Samples read(Path data, List<Port> ports, InputScaling scaling) {
    SourceRef where = SourceRef.file(data.toString());
    if (Files.isDirectory(data)) {
      List<List<Tensor>> sets = new ArrayList<>();
      for (TestDataSet set : TestDataSet.read(data)) {
        checkSet(set, ports, where);
        sets.add(set.inputs());
      }
      return new Samples(ports, sets, List.of(), scaling, sets.size());
    }
    List<Tensor> arrays = match(DataFile.read(data).arrays(), ports, where);
    int count = -1;
    for (int j = 0; j < ports.size(); j++) {
      int n = count(arrays.get(j), ports.get(j), scaling, where);
      if (count >= 0 && n != count) {
        throw DataFile.invalid(
            where,
            String.format(
                Locale.ROOT,
                "input '%s' has %d samples, the inputs before it have %d",
                ports.get(j).name(),
                n,
                count));
      }
      count = n;
    }
    return new Samples(ports, List.of(), arrays, scaling, Math.max(count, 0));
  }

  /** Number of samples. */
  public int count() {
    return count;
  }

  /** Sample {@code i}: one tensor an input, of the input's type. */
  public List<Tensor> sample(int i) {
    List<Tensor> tensors = new ArrayList<>();
    for (int j = 0; j < ports.size(); j++) {
      Port port = ports.get(j);
      if (sets.isEmpty()) {
        tensors.add(convert(arrays.get(j), i * port.shape().size(), port));
      } else {
        tensors.add(convert(sets.get(i).get(j), 0, port));
      }
    }
    return tensors;
  }

  private Tensor convert(Tensor data, int from, Port port) {
    TensorType type = new TensorType(port.dtype(), port.shape());
    int size = port.shape().size();
    int channels = channels(port);
    int plane = Math.max(1, size / Math.max(1, channels));
    boolean last = scaling.channelsLast() && port.shape().rank() >= 3;
    if (scaling.keepsValues() && port.dtype().isInteger()) {
      return Tensor.fromLongs(
          type, i -> data.longAt(from + (last ? i % plane * channels + i / plane : i)));
    }
    return Tensor.fromDoubles(
        type,
        i -> {
          double x = data.doubleAt(from + (last ? i % plane * channels + i / plane : i));
          return scaling.keepsValues() ? x : scaling.apply(x, i / plane);
        });
  }

  /** The first axis after the batch, or 1 for a model without one. */
  private static int channels(Port port) {
    return port.shape().rank() >= 2 ? port.shape().sizeOf(0, 2) : 1;
  }

  private static void checkSet(TestDataSet set, List<Port> ports, SourceRef where) {
    if (set.inputs().size() != ports.size()) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "%s has %d inputs, the model has %d: %s",
              set.name(),
              set.inputs().size(),
              ports.size(),
              describe(ports)));
    }
    for (int j = 0; j < ports.size(); j++) {
      Tensor t = set.inputs().get(j);
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
                type(port)));
      }
    }
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
                type(port),
                arrays.keySet()));
      }
      matched.add(array);
    }
    return matched;
  }

  private static int count(Tensor data, Port port, InputScaling scaling, SourceRef where) {
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
                  "the data is %s, one sample of %d elements along the first axis, but input '%s' is %s",
                  data.type(),
                  data.size() / Math.max(1, samples),
                  port.name(),
                  type(port))
              + (port.shape().rank() > 0 && port.shape().dim(0) > 1
                  ? "; compile the model for one sample with --dim"
                  : ""));
    }
    int[] stored = single ? shape.dims() : Arrays.copyOfRange(shape.dims(), 1, shape.rank());
    checkLayout(stored, port, scaling, where);
    checkChannels(scaling, port, where);
    checkType(data.dtype(), port, where);
    return single ? 1 : samples;
  }

  private static boolean sameDims(Shape a, Shape b) {
    return Arrays.equals(dropOnes(a.dims()), dropOnes(b.dims()));
  }

  private static int[] dropOnes(int[] dims) {
    return Arrays.stream(dims).filter(d -> d != 1).toArray();
  }

  private static void checkLayout(int[] stored, Port port, InputScaling scaling, SourceRef where) {
    int[] wanted = dropOnes(port.shape().dims());
    int[] have = dropOnes(stored);
    boolean planar = wanted.length == 3 && have.length == 3;
    int[] rotated = planar ? new int[] {have[2], have[0], have[1]} : have;
    if (scaling.channelsLast() && planar && !Arrays.equals(rotated, wanted)) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "with --layout nhwc a sample %s becomes %s, but input '%s' is %s",
              Arrays.toString(stored),
              Arrays.toString(rotated),
              port.name(),
              type(port)));
    }
    if (!scaling.channelsLast()
        && planar
        && !Arrays.equals(have, wanted)
        && Arrays.equals(rotated, wanted)) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "a sample is %s, channels last, but input '%s' is %s; give --layout nhwc",
              Arrays.toString(stored),
              port.name(),
              type(port)));
    }
  }

  private static void checkChannels(InputScaling scaling, Port port, SourceRef where) {
    for (List<Double> values : List.of(scaling.mean(), scaling.std())) {
      if (values.size() > 1 && values.size() != channels(port)) {
        throw DataFile.invalid(
            where,
            String.format(
                Locale.ROOT,
                "--mean or --std has %d values, but input '%s' %s has %d channels",
                values.size(),
                port.name(),
                type(port),
                channels(port)));
      }
    }
  }

  private static void checkType(DType dtype, Port port, SourceRef where) {
    if (port.dtype().isInteger() && dtype.isFloat()) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT, "the data is %s, but input '%s' is %s", dtype, port.name(), type(port)));
    }
  }

  private static String describe(List<Port> ports) {
    return String.join(", ", ports.stream().map(p -> p.name() + " " + type(p)).toList());
  }

  private static TensorType type(Port port) {
    return new TensorType(port.dtype(), port.shape());
  }
}
