package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Buffer;

/**
 * Where a result is stored by its places, the runs of its last axis.
 *
 * @param buffer flat; place {@code p} begins at element {@code p * step}. What lies between places
 *     is not to be touched
 * @param step elements from place to place, at least the last dimension
 */
public record Places(Buffer buffer, int step) {}
