package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.DType;

/**
 * A place in an arena that {@link MemoryPlan} has to find.
 *
 * @param storage arena
 * @param length elements
 */
public record SlotSize(DType.Storage storage, int length) {}
