package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.DType;

/** Where a kernel's buffer lives in one call. */
public sealed interface Binding {

  /** A model input, from element {@code offset} on. Flat, read only. */
  record PortIn(int input, int offset) implements Binding {}

  /** A model output, from element {@code offset} on. Flat. */
  record PortOut(int output, int offset) implements Binding {}

  /**
   * Slot {@code slot} of the arena of {@code storage}. Flat; {@link MemoryPlan#slots} says at which
   * offset.
   */
  record Arena(DType.Storage storage, int slot) implements Binding {}

  /** Weight tensor {@code weight} of the plan as part of the flat weights of its storage. */
  record FlatWeights(int weight) implements Binding {}

  /** Weight tensor {@code weight} of the plan, one array a row. Planar. */
  record RowWeights(int weight) implements Binding {}

  /**
   * Slot {@code slot} of the arena of {@code storage}, live during this call only. Flat.
   *
   * @param perWorker elements from the scratch of one worker to that of the next; 0 in a call
   *     without parts
   */
  record ScratchFlat(DType.Storage storage, int slot, int perWorker) implements Binding {
    /** Scratch of a call without parts. */
    public ScratchFlat(DType.Storage storage, int slot) {
      this(storage, slot, 0);
    }
  }

  /**
   * Rows of the scratch planes of {@code storage} from {@code firstRow} on. Planar.
   *
   * @param perWorker rows from the scratch of one worker to that of the next; 0 in a call without
   *     parts
   */
  record ScratchRows(DType.Storage storage, int firstRow, int perWorker) implements Binding {
    /** Scratch of a call without parts. */
    public ScratchRows(DType.Storage storage, int firstRow) {
      this(storage, firstRow, 0);
    }
  }
}
