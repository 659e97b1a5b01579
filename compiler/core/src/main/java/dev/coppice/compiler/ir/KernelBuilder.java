package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Op#lower} is given: types and constants of the node, buffers on demand, and the
 * epilogue (pointwise nodes fused behind it). A buffer that is never asked for does not become a
 * parameter.
 */
public interface KernelBuilder {
  /** Traits of the target. */
  Target target();

  /** Number of operands. */
  int inputs();

  /** Type of operand {@code i}. */
  TensorType inputType(int i);

  /** Type of result {@code j}. */
  TensorType outputType(int j);

  /** Operand {@code i} if it is a constant. */
  Optional<Tensor> constant(int i);

  /**
   * Whether operand {@code i} is a constant that stays coded in memory: it is decoded before each
   * run of the kernel, as it lies in a flat buffer. Rows in arrays of their own and what is made of
   * weights when an instance is made would take the memory that this saves.
   */
  boolean staysCoded(int i);

  /**
   * Operand {@code i} as a flat buffer named {@code name}; a constant operand becomes flat weights.
   */
  Buffer input(int i, String name);

  /**
   * What computes operand 0, if {@link Op#computesInput} and no other node reads it. A schedule
   * that computes the operand asks the producer's builder for its buffers, and for no result, and
   * does not ask this one for the operand.
   */
  default Optional<Producer> producer() {
    return Optional.empty();
  }

  /** Result {@code j} as a flat buffer named {@code name}. */
  Buffer output(int j, String name);

  /**
   * Result 0, which has an axis, as a flat buffer named {@code name} whose places may lie apart:
   * where a node joins it with other values along the last axis, it is stored into that node's
   * result. For schedules that load channel constants themselves: {@link #finish(Expr, Expr)} does
   * not know the channel of an element there.
   */
  Places outputPlaces(String name);

  /** Constant data as a flat buffer. */
  default Buffer weights(String name, Tensor data) {
    return weights(name, KernelWeights.of(data));
  }

  /** As {@link #weights(String, Tensor)} for an operand in another order. */
  default Buffer weights(String name, Reordered data) {
    return weights(name, KernelWeights.of(data));
  }

  /** As {@link #weights(String, Tensor)} for data that may be made of others. */
  Buffer weights(String name, KernelWeights weights);

  /** Constant data of shape {@code [rows, length]} with each row in an array of its own. */
  default Buffer weightRows(String name, Tensor data) {
    return weightRows(name, Reordered.identity(data));
  }

  /** As {@link #weightRows(String, Tensor)} for an operand in another order. */
  Buffer weightRows(String name, Reordered data);

  /** Flat scratch. */
  Buffer scratch(String name, DType dtype, int length);

  /** Planar scratch: {@code rows} arrays of at least {@code length} elements. */
  Buffer scratchRows(String name, DType dtype, int rows, int length);

  /**
   * Extra operands of the epilogue, flat, in the shape of result 0 (residuals); empty without one.
   * Schedules that walk the output in order may ignore this and call {@link #finish(Expr, Expr)}.
   */
  List<Buffer> residuals();

  /**
   * Constants of the epilogue that vary along {@link Op#epilogueAxis} only, flat, one element per
   * channel. Schedules that call {@link #finish(Expr, Expr)} may ignore this.
   */
  List<Buffer> channelConstants();

  /**
   * What to store for element {@code index} of result 0: {@code value} with the epilogue applied,
   * residuals loaded at {@code index}.
   */
  Expr finish(Expr value, Expr index);

  /**
   * As {@link #finish(Expr, Expr)} with the residuals' values given, one per {@link #residuals()},
   * for operators without {@link Op#epilogueAxis}.
   */
  default Expr finish(Expr value, List<Expr> residualValues) {
    return finish(value, residualValues, List.of());
  }

  /**
   * As {@link #finish(Expr, Expr)} with the values of residuals and channel constants given, one
   * per {@link #residuals()} and {@link #channelConstants()}.
   */
  Expr finish(Expr value, List<Expr> residualValues, List<Expr> channelValues);

  /** Whether {@link #finish} changes the value. */
  boolean hasEpilogue();

  /** Records for the report what is known of the node and bears on {@link #choose}. */
  void note(String fact);

  /**
   * The kernel of the candidate with the least predicted time plus price of its bytes, of equal
   * ones the first. The choice is recorded for the report.
   */
  Kernel choose(List<Candidate> candidates);

  /**
   * The kernel. {@code name}: what it computes, in camel case; {@code comment}: formula with
   * shapes.
   */
  Kernel build(String name, String comment, Stmt body);
}
