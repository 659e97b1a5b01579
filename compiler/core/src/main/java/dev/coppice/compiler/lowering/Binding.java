package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.DType;

/** Where a kernel's buffer lives in one call. */
public sealed interface Binding {
  /** The same from element {@code further} on. */
  default Binding from(int further) {
    if (further == 0) {
      return this;
    }
    throw new IllegalStateException("compiler bug: no part of " + this + " can be bound");
  }

  /** Whether it is in the same slot or port as {@code other}. */
  default boolean sharesStorage(Binding other) {
    return equals(other);
  }

  /** A model input, from element {@code offset} on. Flat, read only. */
  record PortIn(int input, int offset) implements Binding {
    @Override
    public Binding from(int further) {
      return new PortIn(input, offset + further);
    }

    @Override
    public boolean sharesStorage(Binding other) {
      return other instanceof PortIn p && p.input == input;
    }
  }

  /** A model output, from element {@code offset} on. Flat. */
  record PortOut(int output, int offset) implements Binding {
    @Override
    public Binding from(int further) {
      return new PortOut(output, offset + further);
    }

    @Override
    public boolean sharesStorage(Binding other) {
      return other instanceof PortOut p && p.output == output;
    }
  }

  /**
   * Slot {@code slot} of the arena of {@code storage}, from element {@code offset} of the slot on.
   * Flat; {@link MemoryPlan#slots} says where the slot lies.
   */
  record Arena(DType.Storage storage, int slot, int offset) implements Binding {
    /** A whole slot. */
    public Arena(DType.Storage storage, int slot) {
      this(storage, slot, 0);
    }

    @Override
    public Binding from(int further) {
      return new Arena(storage, slot, offset + further);
    }

    @Override
    public boolean sharesStorage(Binding other) {
      return other instanceof Arena a && a.slot == slot;
    }
  }

  /**
   * Weight tensor {@code weight} of the plan, as part of the flat weights of its storage, from
   * element {@code offset} of the tensor on.
   */
  record FlatWeights(int weight, int offset) implements Binding {
    /** A whole tensor. */
    public FlatWeights(int weight) {
      this(weight, 0);
    }

    @Override
    public Binding from(int further) {
      return new FlatWeights(weight, offset + further);
    }
  }

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
