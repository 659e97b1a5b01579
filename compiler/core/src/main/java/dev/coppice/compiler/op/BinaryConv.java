package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.schedule.BinaryGeometry;
import dev.coppice.compiler.schedule.BinarySums;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Two-dimensional convolution of signs, a bit each; padding adds nothing. {@code x: int32 [N, H, W,
 * words]} as {@link PackBits} packs channels, constant {@code w: int32 [O, kh, kw, words]} packed
 * alike; result the sums, int32 {@code [N, O, OH, OW]}. With thresholds {@code int32 [O]} the
 * result is packed instead: int32 {@code [N, OH, OW, ceil(O / 32)]}, a bit set where the sum
 * reaches its channel's threshold. An operator of this compiler, not of ONNX.
 *
 * @param depth number of input channels
 * @param strides down, across
 * @param pads top, left, bottom, right
 * @param dilations down, across
 * @param zeros whether {@code x} is packed with zeros, which add nothing
 */
public record BinaryConv(
    int depth, List<Integer> strides, List<Integer> pads, List<Integer> dilations, boolean zeros)
    implements Op {
  public BinaryConv {
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 3);
    for (int i = 0; i < inputs.size(); i++) {
      Operands.dtype(inputs, i, DType.INT32);
    }
    Shape x = inputs.get(0).shape();
    Shape w = inputs.get(1).shape();
    int words = (depth + 31) / 32;
    if (depth < 1 || x.rank() != 4 || x.dim(3) != words * (zeros ? 2 : 1)) {
      throw Operands.bad("operand 0 is %s, expected [N, H, W] of %d signs", inputs.get(0), depth);
    }
    if (w.rank() != 4 || w.dim(3) != words) {
      throw Operands.bad("operand 1 is %s, expected shape [O, kh, kw, %d]", inputs.get(1), words);
    }
    Operands.length("strides", strides, 2, inputs.get(0));
    Operands.length("pads", pads, 4, inputs.get(0));
    Operands.length("dilations", dilations, 2, inputs.get(0));
    BinaryGeometry g = geometry(inputs);
    if (inputs.size() > 2) {
      Operands.shape(inputs, 2, Shape.of(g.oc()));
      return List.of(TensorType.of(DType.INT32, g.n(), g.oh(), g.ow(), (g.oc() + 31) / 32));
    }
    return List.of(TensorType.of(DType.INT32, g.n(), g.oc(), g.oh(), g.ow()));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    List<TensorType> types = inputs.stream().map(Tensor::type).toList();
    return List.of(BinarySums.evaluate(geometry(types), inferTypes(types).get(0), inputs));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    BinaryGeometry g = geometry(List.of(k.inputType(0), k.inputType(1)));
    String comment = "y" + k.outputType(0) + " = sums of x * w over windows, a bit a sign";
    return BinarySums.lower(g, k, "binaryConv", comment);
  }

  private BinaryGeometry geometry(List<TensorType> types) {
    Shape x = types.get(0).shape();
    Shape w = types.get(1).shape();
    return new BinaryGeometry(
        x.dim(0),
        x.dim(1),
        x.dim(2),
        depth,
        w.dim(0),
        List.of(w.dim(1), w.dim(2)),
        strides,
        pads,
        dilations,
        zeros,
        false);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public long macs(List<TensorType> inputs) {
    BinaryGeometry g = geometry(inputs);
    int taps = g.kernel().get(0) * g.kernel().get(1);
    return (long) g.n() * g.oh() * g.ow() * g.oc() * taps * depth;
  }
}
