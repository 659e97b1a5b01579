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
 * Matrix product of signs, a bit each: {@code y = depth - 2 * bitCount(x xor w)}. {@code x: int32
 * [..., words]} as {@link PackBits} packs, constant {@code w: int32 [N, words]} packed alike;
 * result int32 {@code [..., N]}. With thresholds {@code int32 [N]} the result is packed instead:
 * bit n of int32 {@code [..., ceil(N / 32)]} is set where y reaches threshold n. An operator of
 * this compiler, not of ONNX.
 *
 * @param depth number of signs of a row
 * @param zeros whether {@code x} is packed with zeros, which add nothing
 */
public record BinaryMatMul(int depth, boolean zeros) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 3);
    for (int i = 0; i < inputs.size(); i++) {
      Operands.dtype(inputs, i, DType.INT32);
    }
    Shape x = inputs.get(0).shape();
    Shape w = inputs.get(1).shape();
    int words = (depth + 31) / 32;
    if (depth < 1 || x.rank() < 1 || x.dim(-1) != words * (zeros ? 2 : 1)) {
      throw Operands.bad("operand 0 is %s, expected %d signs", inputs.get(0), depth);
    }
    if (w.rank() != 2 || w.dim(1) != words) {
      throw Operands.bad("operand 1 is %s, expected shape [N, %d]", inputs.get(1), words);
    }
    if (inputs.size() > 2) {
      Operands.shape(inputs, 2, Shape.of(w.dim(0)));
    }
    int last = inputs.size() > 2 ? (w.dim(0) + 31) / 32 : w.dim(0);
    return List.of(inputs.get(0).with(x.with(x.rank() - 1, last)));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    List<TensorType> types = inputs.stream().map(Tensor::type).toList();
    return List.of(BinarySums.evaluate(geometry(types), inferTypes(types).get(0), inputs));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    BinaryGeometry g = geometry(List.of(k.inputType(0), k.inputType(1)));
    String comment = "y" + k.outputType(0) + " = " + depth + " - 2 bitCount(x xor w)";
    return BinarySums.lower(g, k, "binaryMatMul", comment);
  }

  private BinaryGeometry geometry(List<TensorType> types) {
    Shape x = types.get(0).shape();
    int m = x.sizeOf(0, x.rank() - 1);
    return BinaryGeometry.product(m, depth, types.get(1).shape().dim(0), zeros);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public long macs(List<TensorType> inputs) {
    BinaryGeometry g = geometry(inputs);
    return (long) g.w() * depth * g.oc();
  }
}
