package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code x} sampled at other places, axis by axis. Mode NEAREST takes any type, the others floats.
 * The importer resolves sizes, scales, the axes they are for and the aspect ratio policy. ONNX
 * Resize, since 10 (Upsample, since 7).
 *
 * @param mode how values between elements are found
 * @param coordinates where element {@code i} of the result lies in {@code x}
 * @param nearest which neighbour mode NEAREST takes
 * @param cubicCoefficient {@code a} of the cubic kernel, usually -0.75
 * @param excludeOutside whether elements outside {@code x} weigh nothing, rather than repeat the
 *     outermost
 * @param antialias whether modes LINEAR and CUBIC widen their kernel when they shrink
 * @param extrapolation value of places outside {@code x} with TF_CROP_AND_RESIZE
 * @param roi for TF_CROP_AND_RESIZE the start of the region along each axis and then the ends, as
 *     fractions; else empty
 * @param scales scale of each axis of {@code x}
 * @param shape dimensions of the result
 */
public record Resize(
    Mode mode,
    Coordinates coordinates,
    Nearest nearest,
    float cubicCoefficient,
    boolean excludeOutside,
    boolean antialias,
    float extrapolation,
    List<Float> roi,
    List<Float> scales,
    List<Integer> shape)
    implements Op {
  /** How values between elements are found. */
  public enum Mode {
    NEAREST,
    LINEAR,
    CUBIC
  }

  /** ONNX coordinate_transformation_mode. */
  public enum Coordinates {
    HALF_PIXEL,
    HALF_PIXEL_SYMMETRIC,
    PYTORCH_HALF_PIXEL,
    ALIGN_CORNERS,
    ASYMMETRIC,
    TF_HALF_PIXEL_FOR_NN,
    TF_CROP_AND_RESIZE
  }

  /** ONNX nearest_mode. */
  public enum Nearest {
    ROUND_PREFER_FLOOR,
    ROUND_PREFER_CEIL,
    FLOOR,
    CEIL
  }

  public Resize {
    roi = List.copyOf(roi);
    scales = List.copyOf(scales);
    shape = List.copyOf(shape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    int rank = x.shape().rank();
    if (mode != Mode.NEAREST) {
      Operands.floating(inputs, 0);
    }
    Operands.length("scales", scales, rank, x);
    Operands.length("shape", shape, rank, x);
    Operands.length("roi", roi, coordinates == Coordinates.TF_CROP_AND_RESIZE ? 2 * rank : 0, x);
    if (scales.stream().anyMatch(s -> !(s > 0) || s.isInfinite())) {
      throw Operands.bad("scales %s must be positive", scales);
    }
    Shape y = Shape.of(shape);
    if (x.shape().size() == 0 && y.size() > 0) {
      throw Operands.bad("operand 0 is %s: nothing to resize to %s", x, y);
    }
    return List.of(x.with(y));
  }

  /** The samples along each axis. */
  List<ResizeTaps> taps(Shape x) {
    return IntStream.range(0, x.rank()).mapToObj(a -> ResizeTaps.of(this, a, x.dim(a))).toList();
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    List<ResizeTaps> taps = taps(x.shape());
    TensorType type = x.type().with(Shape.of(shape));
    if (mode == Mode.NEAREST && taps.stream().noneMatch(ResizeTaps::leaves)) {
      return List.of(x.gather(type.shape(), i -> source(x.shape(), type.shape(), taps, i)));
    }
    double[] values = new double[x.size()];
    Arrays.setAll(values, x::doubleAt);
    Shape now = x.shape();
    for (int a = 0; a < shape.size(); a++) {
      values = along(values, now, a, taps.get(a));
      now = now.with(a, shape.get(a));
    }
    double[] y = values;
    return List.of(
        Tensor.fromDoubles(
            type,
            i -> {
              int[] c = Axes.coordinates(i, type.shape().dims());
              boolean outside =
                  IntStream.range(0, c.length).anyMatch(a -> taps.get(a).outside(c[a]));
              return outside ? extrapolation : y[i];
            }));
  }

  private static int source(Shape x, Shape y, List<ResizeTaps> taps, int i) {
    int[] c = Axes.coordinates(i, y.dims());
    for (int a = 0; a < c.length; a++) {
      c[a] = taps.get(a).index(c[a], 0);
    }
    return Axes.index(c, x.strides());
  }

  private static double[] along(double[] x, Shape shape, int axis, ResizeTaps taps) {
    Shape to = shape.with(axis, taps.outputs());
    int inner = Axes.inner(shape, axis);
    double[] y = new double[to.size()];
    for (int i = 0; i < y.length; i++) {
      int o = i / inner % taps.outputs();
      int base = i / inner / taps.outputs() * shape.dim(axis) * inner + i % inner;
      for (int t = 0; t < taps.count(); t++) {
        y[i] += taps.weight(o, t) * x[base + taps.index(o, t) * inner];
      }
    }
    return y;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new ResizeSchedule(this, k).kernel();
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    return coordinates != Coordinates.TF_CROP_AND_RESIZE
        && inputs.get(0).shape().equals(Shape.of(shape))
        && scales.stream().allMatch(s -> s == 1);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = shape.size();
    List<Float> region = new ArrayList<>();
    for (int at = 0; at < roi.size(); at += rank) {
      region.addAll(Axes.channelsLast(roi.subList(at, at + rank)));
    }
    return Optional.of(
        ChannelsLast.of(
            new Resize(
                mode,
                coordinates,
                nearest,
                cubicCoefficient,
                excludeOutside,
                antialias,
                extrapolation,
                region,
                Axes.channelsLast(scales),
                Axes.channelsLast(shape))));
  }
}
