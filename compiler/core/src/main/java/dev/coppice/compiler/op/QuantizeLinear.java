package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.floatLit;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * {@code y = saturate(round(x / scale) + zeroPoint)}, ties to even. {@code x} float32; scale
 * float32 and zero point int8, uint8, int16 or uint16 (the result's type), one value or {@code [C]}
 * along {@code axis}. NaN gives the zero point. The importer supplies a zero point where the model
 * has none. ONNX QuantizeLinear, since 10.
 *
 * @param axis axis of {@code C}; unused for a single scale
 */
public record QuantizeLinear(int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 3, 3);
    Operands.dtype(inputs, 0, DType.FLOAT32);
    Operands.dtype(inputs, 1, DType.FLOAT32);
    Operands.dtype(inputs, 2, DType.INT8, DType.UINT8, DType.INT16, DType.UINT16);
    PerAxisScale.of(axis, inputs);
    return List.of(inputs.get(0).with(inputs.get(2).dtype()));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    PerAxisScale scales = PerAxisScale.of(axis, inputs.stream().map(Tensor::type).toList());
    DType dtype = inputs.get(2).dtype();
    return List.of(
        Tensor.fromLongs(
            x.type().with(dtype),
            i -> {
              int c = scales.at(i);
              double q = Math.rint(x.floatAt(i) / inputs.get(1).floatAt(c));
              q = (Double.isNaN(q) ? 0 : q) + inputs.get(2).longAt(c);
              double low = (double) Reduce.least(dtype);
              return (long) Math.min(Math.max(q, low), (double) Reduce.greatest(dtype));
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Buffer x = k.input(0, "x");
    DType dtype = k.outputType(0).dtype();
    // Bounds before the zero point is added keep the sum within an int; NaN becomes 0 in the cast.
    Expr low = floatLit((float) (Reduce.least(dtype) - Reduce.greatest(dtype)));
    Expr high = floatLit((float) (Reduce.greatest(dtype) - Reduce.least(dtype)));
    Stmt body =
        PerAxisScale.of(axis, List.of(k.inputType(0), k.inputType(1), k.inputType(2)))
            .loops(
                k,
                (at, scale, zero) -> {
                  Expr rounded = call(Intrinsic.ROUND_EVEN, div(load(x, at), scale));
                  Expr q = add(cast(LoopType.INT, min(max(rounded, low), high)), zero);
                  Expr y =
                      min(
                          max(q, intLit((int) Reduce.least(dtype))),
                          intLit((int) Reduce.greatest(dtype)));
                  return store(k.output(0, "y"), at, k.finish(y, at));
                });
    return k.build(
        "quantizeLinear", "y" + k.outputType(0) + " = round(x / scale) + zeroPoint", body);
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
    return Optional.of(ChannelsLast.of(new QuantizeLinear(Axes.channelsLast(axis, rank))));
  }
}
