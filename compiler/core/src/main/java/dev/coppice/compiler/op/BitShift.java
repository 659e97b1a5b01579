package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = a << b} or {@code a >> b}, elementwise on broadcast integers of one unsigned type;
 * zeros move in, and a count of the type's width or more gives 0. ONNX BitShift, since 11.
 *
 * @param direction where the bits move
 */
public record BitShift(Direction direction) implements Pointwise {
  /** Where bits move. */
  public enum Direction {
    LEFT,
    RIGHT
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Shape shape = Elementwise.pair(inputs);
    Elementwise.require(inputs.get(0).dtype().isUnsigned(), inputs.get(0), "an unsigned type");
    return List.of(inputs.get(0).with(shape));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    TensorType type = a.type().with(Shape.broadcast(a.shape(), b.shape()));
    int width = 8 * type.dtype().bytes();
    return List.of(Elementwise.longs(type, a, b, (x, count) -> shift(x, count, width)));
  }

  private long shift(long x, long count, int width) {
    if (Long.compareUnsigned(count, width) >= 0) {
      return 0;
    }
    return direction == Direction.LEFT ? x << count : x >>> count;
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    DType dtype = types.get(0).dtype();
    Expr count = operands.get(1);
    Expr width = Exprs.literal(count.type(), 8 * dtype.bytes());
    BinaryOp operator = direction == Direction.LEFT ? BinaryOp.SHL : BinaryOp.USHR;
    Expr moved = Exprs.binary(operator, operands.get(0), Exprs.cast(LoopType.INT, count));
    Expr fits = dtype == DType.UINT64 ? Unsigned.below(count, width) : Exprs.lt(count, width);
    return Exprs.select(fits, Wrap.to(dtype, moved), Exprs.literal(count.type(), 0));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
