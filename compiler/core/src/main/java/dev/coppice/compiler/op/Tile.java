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

/**
 * {@code x} as a whole repeated along each axis: {@code y[c] = x[c mod x.shape]}. Any type. ONNX
 * Tile, since 6.
 *
 * @param repeats how often along each axis of {@code x}
 */
public record Tile(List<Integer> repeats) implements Op {
  public Tile {
    repeats = List.copyOf(repeats);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.length("repeats", repeats, x.shape().rank(), x);
    return List.of(x.with(result(x.shape())));
  }

  private Shape result(Shape x) {
    int[] dims = x.dims();
    for (int a = 0; a < dims.length; a++) {
      if (repeats.get(a) < 0) {
        throw Operands.bad("repeats %s has a negative entry", repeats);
      }
      dims[a] = Math.multiplyExact(dims[a], repeats.get(a));
    }
    return Shape.of(dims);
  }

  /** Each axis as two: the repetition, which stands still in {@code x}, and the axis itself. */
  private StridedView view(Shape x) {
    int[] own = x.strides();
    int[] extents = new int[2 * own.length];
    int[] strides = new int[2 * own.length];
    for (int a = 0; a < own.length; a++) {
      extents[2 * a] = repeats.get(a);
      extents[2 * a + 1] = x.dim(a);
      strides[2 * a + 1] = own[a];
    }
    return new StridedView(0, extents, strides);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(view(x.shape()).read(x, result(x.shape())));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Stmt body = view(k.inputType(0).shape()).copy(k, k.input(0, "x"), k.output(0, "y"));
    String comment = "y" + k.outputType(0) + " = x" + k.inputType(0) + " repeated " + repeats;
    return k.build("tile", comment, body);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    return repeats.stream().allMatch(r -> r == 1);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    return Optional.of(ChannelsLast.of(new Tile(Axes.channelsLast(repeats))));
  }
}
