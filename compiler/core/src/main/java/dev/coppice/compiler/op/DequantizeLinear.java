package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * {@code y = (x - zeroPoint) * scale}. {@code x} int8, uint8, int16, uint16 or int32; zero point of
 * the same type; scale float32 (the result's type); one value each or {@code [C]} along {@code
 * axis}. The importer supplies a zero point where the model has none. ONNX DequantizeLinear, since
 * 10.
 *
 * @param axis axis of {@code C}; unused for a single scale
 */
public record DequantizeLinear(int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 3, 3);
    Operands.dtype(inputs, 0, DType.INT8, DType.UINT8, DType.INT16, DType.UINT16, DType.INT32);
    Operands.dtype(inputs, 1, DType.FLOAT32);
    Operands.sameDtype(inputs, 2);
    PerAxisScale.of(axis, inputs);
    return List.of(inputs.get(0).with(DType.FLOAT32));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    PerAxisScale scales = PerAxisScale.of(axis, inputs.stream().map(Tensor::type).toList());
    return List.of(
        Tensor.fromDoubles(
            x.type().with(DType.FLOAT32),
            i -> {
              int c = scales.at(i);
              int centred = (int) (x.longAt(i) - inputs.get(2).longAt(c));
              return (float) centred * inputs.get(1).floatAt(c);
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Buffer x = k.input(0, "x");
    Stmt body =
        PerAxisScale.of(axis, List.of(k.inputType(0), k.inputType(1), k.inputType(2)))
            .loops(
                k,
                (at, scale, zero) -> {
                  Expr centred = cast(LoopType.FLOAT, sub(load(x, at), zero));
                  return store(k.output(0, "y"), at, k.finish(mul(centred, scale), at));
                });
    return k.build("dequantizeLinear", "y" + k.outputType(0) + " = (x - zeroPoint) * scale", body);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    return Optional.of(ChannelsLast.of(new DequantizeLinear(Axes.channelsLast(axis, rank))));
  }
}
