package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A regular part of {@code x}: {@code y[c[0], c[1], ...] = x[starts[0] + c[0] * steps[0], ...]}.
 * Any type. The importer resolves ends, clamping and left-out axes. A view when it takes
 * everything. ONNX Slice, since 1.
 *
 * @param starts first index along each axis of {@code x}
 * @param steps step along each axis, not 0, negative to walk backwards
 * @param shape dimensions of the result
 */
public record Slice(List<Integer> starts, List<Integer> steps, List<Integer> shape) implements Op {
  public Slice {
    starts = List.copyOf(starts);
    steps = List.copyOf(steps);
    shape = List.copyOf(shape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    int rank = x.shape().rank();
    Operands.length("starts", starts, rank, x);
    Operands.length("steps", steps, rank, x);
    Operands.length("shape", shape, rank, x);
    Shape y = Shape.of(shape);
    for (int a = 0; a < rank && y.size() > 0; a++) {
      long first = starts.get(a);
      long last = first + (long) steps.get(a) * (shape.get(a) - 1);
      if (steps.get(a) == 0
          || Math.min(first, last) < 0
          || Math.max(first, last) >= x.shape().dim(a)) {
        throw Operands.bad(
            "axis %d: indices %d to %d by step %d are outside operand %s",
            a, first, last, steps.get(a), x);
      }
    }
    return List.of(x.with(y));
  }

  private StridedView view(Shape x) {
    int[] from = x.strides();
    int offset = 0;
    for (int a = 0; a < from.length; a++) {
      offset += starts.get(a) * from[a];
      from[a] *= steps.get(a);
    }
    return new StridedView(offset, Axes.array(shape), from);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(view(x.shape()).read(x, Shape.of(shape)));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Stmt body = view(k.inputType(0).shape()).copy(k, k.input(0, "x"), k.output(0, "y"));
    String comment =
        "y" + k.outputType(0) + " = x" + k.inputType(0) + " from " + starts + " by steps " + steps;
    return k.build("slice", comment, body);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    for (int a = 0; a < x.rank(); a++) {
      if (x.dim(a) > 1 && steps.get(a) < 0) {
        return false;
      }
    }
    return x.equals(Shape.of(shape));
  }

  /** One index of every axis before some axis, neighbours there, and all of those behind it. */
  @Override
  public OptionalInt runAt(List<TensorType> inputs, int j) {
    Shape x = inputs.get(0).shape();
    int cut = x.rank() - 1;
    while (cut > 0 && isWhole(x, cut)) {
      cut--;
    }
    boolean single = shape.subList(0, Math.max(0, cut)).stream().allMatch(d -> d == 1);
    boolean neighbours = cut < 0 || shape.get(cut) <= 1 || steps.get(cut) == 1;
    return single && neighbours && x.size() > 0
        ? OptionalInt.of(view(x).offset())
        : OptionalInt.empty();
  }

  private boolean isWhole(Shape x, int a) {
    return shape.get(a) == x.dim(a) && (x.dim(a) == 1 || steps.get(a) == 1);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    return Optional.of(
        ChannelsLast.of(
            new Slice(
                Axes.channelsLast(starts), Axes.channelsLast(steps), Axes.channelsLast(shape))));
  }
}
