package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;

/**
 * One value for all elements that differ only in their coordinates along {@code axes}. Numbers (MAX
 * and MIN also booleans, not uint64; L2, LOG_SUM and LOG_SUM_EXP floats only). Floats accumulate in
 * float, in {@link #evaluate} in double; the mean of integers is truncated. ONNX ReduceSum,
 * ReduceMean, ReduceMax ..., since 1.
 *
 * @param kind how elements are combined
 * @param axes axes to combine over
 * @param keepdims whether these axes stay, with size 1
 */
public record Reduce(Kind kind, List<Integer> axes, boolean keepdims) implements Op {
  /** How elements are combined. */
  public enum Kind {
    SUM("ReduceSum"),
    MEAN("ReduceMean"),
    MAX("ReduceMax"),
    MIN("ReduceMin"),
    PROD("ReduceProd"),
    /** Sum of absolute values. */
    L1("ReduceL1"),
    /** Square root of the sum of squares. */
    L2("ReduceL2"),
    LOG_SUM("ReduceLogSum"),
    LOG_SUM_EXP("ReduceLogSumExp"),
    SUM_SQUARE("ReduceSumSquare");

    private final String onnxName;

    Kind(String onnxName) {
      this.onnxName = onnxName;
    }

    boolean isExtreme() {
      return this == MAX || this == MIN;
    }
  }

  public Reduce {
    axes = List.copyOf(axes);
  }

  @Override
  public String name() {
    return kind.onnxName;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.axes(axes, x);
    if (kind == Kind.L2 || kind == Kind.LOG_SUM || kind == Kind.LOG_SUM_EXP) {
      Operands.floating(inputs, 0);
    }
    if (x.dtype().isStoredOnly()
        || (kind.isExtreme() ? x.dtype() == DType.UINT64 : x.dtype() == DType.BOOL)) {
      throw Operands.bad("operand 0 is %s, which %s does not take", x, name());
    }
    List<Integer> dims = new ArrayList<>();
    int combined = 1;
    for (int a = 0; a < x.shape().rank(); a++) {
      if (!axes.contains(a)) {
        dims.add(x.shape().dim(a));
        continue;
      }
      combined *= x.shape().dim(a);
      if (keepdims) {
        dims.add(1);
      }
    }
    if (combined == 0 && kind == Kind.MEAN && !x.dtype().isFloat()) {
      throw Operands.bad("operand 0 is %s: the mean of no integers is undefined", x);
    }
    return List.of(x.with(Shape.of(dims)));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    int[] kept = offsets(x.shape(), false);
    int[] combined = offsets(x.shape(), true);
    if (x.dtype().isFloat()) {
      return List.of(
          Tensor.fromDoubles(
              type,
              j ->
                  ofDoubles(
                      Arrays.stream(combined)
                          .mapToDouble(r -> x.doubleAt(kept[j] + r))
                          .toArray())));
    }
    return List.of(
        Tensor.fromLongs(
            type,
            j ->
                ofLongs(x.dtype(), Arrays.stream(combined).mapToLong(r -> x.longAt(kept[j] + r)))));
  }

  /**
   * Offsets in a tensor of shape {@code x} of the box of its combined axes, or of its kept axes.
   */
  private int[] offsets(Shape x, boolean combined) {
    int[] extents = x.dims();
    for (int a = 0; a < extents.length; a++) {
      extents[a] = axes.contains(a) == combined ? extents[a] : 1;
    }
    int[] offsets = new int[Shape.of(extents).size()];
    Arrays.setAll(offsets, i -> Axes.index(Axes.coordinates(i, extents), x.strides()));
    return offsets;
  }

  private double ofDoubles(double[] values) {
    double most = Arrays.stream(values).reduce(Double.NEGATIVE_INFINITY, Math::max);
    return switch (kind) {
      case SUM -> sum(values, v -> v);
      case MEAN -> sum(values, v -> v) / values.length;
      case MAX -> most;
      case MIN -> Arrays.stream(values).reduce(Double.POSITIVE_INFINITY, Math::min);
      case PROD -> Arrays.stream(values).reduce(1, (a, b) -> a * b);
      case L1 -> sum(values, Math::abs);
      case L2 -> Math.sqrt(sum(values, v -> v * v));
      case LOG_SUM -> Math.log(sum(values, v -> v));
      case LOG_SUM_EXP -> {
        double shift = Double.isInfinite(most) ? 0 : most;
        yield Math.log(sum(values, v -> Math.exp(v - shift))) + shift;
      }
      case SUM_SQUARE -> sum(values, v -> v * v);
    };
  }

  private static double sum(double[] values, DoubleUnaryOperator f) {
    double sum = 0;
    for (double v : values) {
      sum += f.applyAsDouble(v);
    }
    return sum;
  }

  private long ofLongs(DType dtype, LongStream values) {
    return switch (kind) {
      case MAX -> values.reduce(least(dtype), Math::max);
      case MIN -> values.reduce(greatest(dtype), Math::min);
      case PROD -> values.reduce(1, (a, b) -> a * b);
      case L1 -> values.map(v -> dtype.isUnsigned() ? v : Math.abs(v)).sum();
      case SUM_SQUARE -> values.map(v -> v * v).sum();
      case MEAN -> {
        long[] all = values.toArray();
        yield Arrays.stream(all).sum() / all.length;
      }
      default -> values.sum();
    };
  }

  /** The least integer or boolean of a type, the maximum of nothing. */
  static long least(DType dtype) {
    return dtype == DType.BOOL || dtype.isUnsigned() ? 0 : -1L << (dtype.bits() - 1);
  }

  /** The greatest integer or boolean of a type, the minimum of nothing. */
  static long greatest(DType dtype) {
    if (dtype == DType.BOOL) {
      return 1;
    }
    return dtype.isUnsigned() ? (1L << dtype.bits()) - 1 : ~least(dtype);
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new ReduceSchedule(this, k).kernel();
  }

  @Override
  public Numerics numerics() {
    return kind.isExtreme() ? Numerics.EXACT : Numerics.CLOSE;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    List<Integer> moved = axes.stream().map(a -> Axes.channelsLast(a, rank)).sorted().toList();
    return Axes.combined(axes, keepdims, new Reduce(kind, moved, keepdims));
  }
}
