package dev.coppice.compiler.ir;

import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * How an operator computes the same from tensors whose channels come last: {@code [N, spatial...,
 * C]} in place of {@code [N, C, spatial...]}. Tensors of fewer than three dimensions have one order
 * only.
 *
 * @param op what computes the same
 * @param operands how many operands, the first ones, come with channels last; if some of them have
 *     more dimensions than others, these have leading ones of 1 added before. Operands beyond are
 *     as they were
 * @param results whether results have channels last
 */
public record ChannelsLast(Op op, int operands, boolean results) {
  /** An operator that takes operand 0 and gives its results with channels last. */
  public static ChannelsLast of(Op op) {
    return new ChannelsLast(op, 1, true);
  }

  /** Dimensions that the reordered operands have once leading ones are added. */
  public int rank(List<TensorType> inputs) {
    return inputs.stream().limit(operands).mapToInt(t -> t.shape().rank()).max().orElse(0);
  }
}
