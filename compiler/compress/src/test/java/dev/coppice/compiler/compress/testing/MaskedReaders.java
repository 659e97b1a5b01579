package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The other way to remove channels: a product with 0 or 1 in front of every layer that reads them,
 * and zeros in the recurrent weights of cells. What pruning makes must compute the same.
 */
public final class MaskedReaders {
  private MaskedReaders() {}

  /** {@code graph} with masks; all its shapes are as before. */
  public static OnnxGraph of(OnnxGraph graph, ChannelGroups groups, BitSet removed) {
    OnnxGraph masked = graph.copy();
    for (Slots s : groups.slots(Role.CONSUMES)) {
      boolean recurrence = s.node().getInputCount() > 2 && s.operand() == 2;
      if (recurrence) {
        zero(masked, s, removed);
      } else if (groups.of(s.node().getInput(s.operand() == 0 ? 1 : 0)).isPresent()) {
        mask(masked, groups, s, removed);
      }
    }
    return masked;
  }

  private static void mask(OnnxGraph masked, ChannelGroups groups, Slots s, BitSet removed) {
    int operand = s.operand() == 0 ? 1 : 0;
    String value = s.node().getInput(operand);
    ChannelGroups.Axis axis = groups.of(value).orElseThrow();
    int[] dims = new int[masked.shape(value).rank()];
    Arrays.fill(dims, 1);
    dims[axis.axis()] = axis.units().length;
    float[] ones = new float[axis.units().length];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = axis.units()[i] != ChannelGroups.FIXED && removed.get(axis.units()[i]) ? 0 : 1;
    }
    String name = masked.addConstant("mask", Tensor.ofFloats(Shape.of(dims), ones));
    String product = masked.fresh(value + "_masked");
    NodeProto reader = masked.producer(s.node().getOutput(0)).orElseThrow();
    masked.replace(
        reader,
        List.of(
            Nodes.of("Mul", product, List.of(value, name), List.of(product)),
            Nodes.withInput(reader, operand, product)));
  }

  private static void zero(OnnxGraph masked, Slots s, BitSet removed) {
    Tensor w = masked.constant(s.constant()).orElseThrow();
    int stride = w.shape().strides()[s.axis()];
    float[] values = w.toFloats();
    for (int i = 0; i < values.length; i++) {
      int unit = s.units()[i / stride % s.units().length];
      values[i] = unit != ChannelGroups.FIXED && removed.get(unit) ? 0 : values[i];
    }
    masked.constant(s.constant(), Tensor.ofFloats(w.shape(), values));
  }
}
