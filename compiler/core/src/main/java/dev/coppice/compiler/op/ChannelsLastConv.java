package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Producer;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.schedule.ChannelsLastSchedules;
import dev.coppice.compiler.schedule.ConvGeometry;
import dev.coppice.compiler.schedule.WinogradConv;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@link Conv} with the channels of each place side by side. Operands {@code x: [N, spatial...,
 * C]}, {@code w: [O, C/group, kernel...]} and optionally {@code b: [O]}; result {@code y: [N, out
 * spatial..., O]}. Not in ONNX.
 *
 * @param strides one per spatial axis
 * @param pads begins of all spatial axes, then ends
 * @param dilations one per spatial axis
 * @param group number of groups; divides C and O
 */
public record ChannelsLastConv(
    List<Integer> strides, List<Integer> pads, List<Integer> dilations, int group) implements Op {
  /** Channels that fill a register of every machine. */
  public static final int FULL = LoopType.MOST_LANES;

  public ChannelsLastConv {
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
  }

  /** The convolution that computes the same with channels first. */
  public Conv channelsFirst() {
    return new Conv(strides, pads, dilations, group);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(toLast(geometry(inputs).outputType()));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    List<Tensor> first = new ArrayList<>(inputs);
    first.set(0, new Transpose(firstFromLast(rank(inputs.get(0).type()))).evaluate(inputs).get(0));
    List<Tensor> y = channelsFirst().evaluate(first);
    return new Transpose(lastFromFirst(rank(y.get(0).type()))).evaluate(y);
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Optional<Producer> producer = k.producer();
    if (producer.isEmpty()) {
      return ChannelsLastSchedules.lower(geometry(k), k);
    }
    KernelBuilder inputK = producer.get().builder();
    return producer.get().op() instanceof ChannelsLastConv input
        ? ChannelsLastSchedules.lower(geometry(k), k, input.geometry(inputK), inputK)
        : ChannelsLastSchedules.lowerPlanes(geometry(k), k, inputK);
  }

  private ConvGeometry geometry(KernelBuilder k) {
    return geometry(IntStream.range(0, k.inputs()).mapToObj(k::inputType).toList());
  }

  @Override
  public boolean computesInput(Op producer) {
    return group > 1
        ? producer instanceof ChannelsLastConv input && input.group == 1
        : producer instanceof Transpose t && t.perm().equals(lastFromFirst(strides.size() + 2));
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public int epilogueAxis() {
    return strides.size() + 1;
  }

  @Override
  public long macs(List<TensorType> inputs) {
    return geometry(inputs).macs();
  }

  /** Axes of {@code [N, C, spatial...]} in the order {@code [N, spatial..., C]}. */
  public static List<Integer> lastFromFirst(int rank) {
    return IntStream.range(0, rank).mapToObj(a -> a == 0 ? 0 : a == rank - 1 ? 1 : a + 1).toList();
  }

  /** Axes of {@code [N, spatial..., C]} in the order {@code [N, C, spatial...]}. */
  public static List<Integer> firstFromLast(int rank) {
    return IntStream.range(0, rank).mapToObj(a -> a == 0 ? 0 : a == 1 ? rank - 1 : a - 1).toList();
  }

  private static int rank(TensorType type) {
    return type.shape().rank();
  }

  private static TensorType toLast(TensorType first) {
    Shape s = first.shape();
    return first.with(Shape.of(lastFromFirst(s.rank()).stream().map(s::dim).toList()));
  }

  /**
   * Whether minimal filtering, which takes a quarter of the operations or less, can compute it with
   * these weights if both channel counts are {@link #FULL} or more.
   *
   * @param inputs types of the operands
   */
  public boolean mayBeFiltered(List<TensorType> inputs, Tensor w) {
    return WinogradConv.mayCompute(geometry(inputs), w);
  }

  private ConvGeometry geometry(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    if (x.rank() < 3) {
      throw Operands.bad("x is %s, expected [N, spatial..., C]", inputs.get(0));
    }
    List<TensorType> first = new ArrayList<>(inputs);
    first.set(
        0, inputs.get(0).with(Shape.of(firstFromLast(x.rank()).stream().map(x::dim).toList())));
    return ConvGeometry.of(first, strides, pads, dilations, group);
  }
}
