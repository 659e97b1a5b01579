package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Stmts.block;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code x} cut along an axis into consecutive parts, one result each. Any type. ONNX Split, since
 * 2.
 *
 * @param axis axis to cut
 * @param sizes dimension of each part at {@code axis}; their sum is {@code x}'s
 */
public record Split(int axis, List<Integer> sizes) implements Op {
  public Split {
    sizes = List.copyOf(sizes);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.axis(axis, x);
    long sum = sizes.stream().mapToLong(Integer::longValue).sum();
    if (sum != x.shape().dim(axis) || sizes.isEmpty()) {
      throw Operands.bad(
          "sizes %s sum to %d, axis %d of operand %s has %d",
          sizes, sum, axis, x, x.shape().dim(axis));
    }
    return sizes.stream().map(s -> x.with(x.shape().with(axis, s))).toList();
  }

  private List<StridedView> views(Shape x) {
    int inner = Axes.inner(x, axis);
    List<StridedView> views = new ArrayList<>();
    int at = 0;
    for (int size : sizes) {
      int[] extents = {Axes.outer(x, axis), size * inner};
      views.add(new StridedView(at, extents, new int[] {x.dim(axis) * inner, 1}));
      at += size * inner;
    }
    return views;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    List<Tensor> parts = new ArrayList<>();
    List<StridedView> views = views(x.shape());
    for (int j = 0; j < sizes.size(); j++) {
      parts.add(views.get(j).read(x, x.shape().with(axis, sizes.get(j))));
    }
    return parts;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape x = k.inputType(0).shape();
    Buffer from = k.input(0, "x");
    List<StridedView> views = views(x);
    List<Stmt> body = new ArrayList<>();
    for (int j = 0; j < sizes.size(); j++) {
      int[] toStrides = {sizes.get(j) * Axes.inner(x, axis), 1};
      Buffer to = k.output(j, "y" + j);
      body.add(views.get(j).copy(k, from, to, 0, toStrides, String.valueOf(j)));
    }
    String comment = "x" + k.inputType(0) + " in parts of " + sizes + " along axis " + axis;
    return k.build("split", comment, block(body));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    return sizes.size() == 1;
  }

  @Override
  public OptionalInt runAt(List<TensorType> inputs, int j) {
    Shape x = inputs.get(0).shape();
    int before = sizes.subList(0, j).stream().mapToInt(Integer::intValue).sum();
    return Axes.outer(x, axis) == 1
        ? OptionalInt.of(before * Axes.inner(x, axis))
        : OptionalInt.empty();
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    return Optional.of(ChannelsLast.of(new Split(Axes.channelsLast(axis, rank), sizes)));
  }
}
