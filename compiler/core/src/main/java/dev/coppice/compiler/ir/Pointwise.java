package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * An operator with one result, each element of which depends on the elements of the broadcast
 * operands at the same place.
 */
public interface Pointwise extends Op {

  /**
   * The result for one place.
   *
   * @param operands one expression per operand, of {@code LoopType.of(its dtype)}
   * @param types operand types, for operators whose arithmetic depends on the element type
   * @return an expression of {@code LoopType.of(result dtype)}, already wrapped to that dtype's
   *     width
   */
  Expr apply(List<Expr> operands, List<TensorType> types);

  @Override
  default Kernel lower(KernelBuilder k) {
    return PointwiseLowering.lower(this, k);
  }

  @Override
  default boolean takesEpilogue() {
    return true;
  }

  @Override
  default Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    return Optional.of(new ChannelsLast(this, inputs.size(), true));
  }
}
