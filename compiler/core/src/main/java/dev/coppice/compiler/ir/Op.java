package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one node computes. An implementation is an immutable public record in package {@code op}
 * whose components are the attributes (ints, floats, booleans, strings, enums, {@code
 * List<Integer>}, {@link dev.coppice.compiler.tensor.DType}); operands that ONNX makes optional are
 * absent from the operand list, and the record says so.
 */
public interface Op {
  /** Operator name, in ONNX spelling where one exists. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * Types of the results.
   *
   * @throws IllegalArgumentException saying which operand or attribute is wrong, with the values
   *     and what was expected
   */
  List<TensorType> inferTypes(List<TensorType> inputs);

  /**
   * The results for these operands: slow and obvious, accumulating in double or long. Operand types
   * have passed {@link #inferTypes}.
   */
  List<Tensor> evaluate(List<Tensor> inputs);

  /** The loop nest that computes the results from the operands, both flat and row-major. */
  Kernel lower(KernelBuilder k);

  /** How close compiled code comes to {@link #evaluate}. */
  default Numerics numerics() {
    return Numerics.CLOSE;
  }

  /**
   * Whether the only result is the first operand's elements in the same row-major order under
   * another shape, so that it needs no kernel ({@link #lower} is then never called).
   */
  default boolean isView(List<TensorType> inputs) {
    return false;
  }

  /**
   * Where in the first operand result {@code j} begins, if it is a run of its elements in row-major
   * order: then no kernel computes it either.
   */
  default OptionalInt runAt(List<TensorType> inputs, int j) {
    return isView(inputs) ? OptionalInt.of(0) : OptionalInt.empty();
  }

  /**
   * Whether the only result is the elements of the operands in row-major order, one operand after
   * the other, so that operands may be stored where they belong in it.
   */
  default boolean joinsRuns(List<TensorType> inputs) {
    return false;
  }

  /**
   * Whether each place (run along the last axis) of the only result is the places of the operands
   * one after the other, so that operands may be stored there, a place of the result apart.
   */
  default boolean joinsPlaces(List<TensorType> inputs) {
    return false;
  }

  /** Multiply-accumulate operations of one run, 0 for operators that are not counted. */
  default long macs(List<TensorType> inputs) {
    return 0;
  }

  /**
   * Whether {@link #lower} routes every stored result through {@link KernelBuilder#finish}, so that
   * pointwise consumers can be fused.
   */
  default boolean takesEpilogue() {
    return false;
  }

  /**
   * Whether {@link #lower} has schedules that compute operand 0, a result of {@code producer}, in
   * the same kernel.
   */
  default boolean computesInput(Op producer) {
    return false;
  }

  /**
   * The axis of the result along which constants of an epilogue may vary ({@link
   * KernelBuilder#channelConstants()}); -1 if they may not.
   */
  default int epilogueAxis() {
    return -1;
  }

  /**
   * How the same is computed where channels come last; empty if this operator cannot or need not.
   */
  default Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    return Optional.empty();
  }
}
