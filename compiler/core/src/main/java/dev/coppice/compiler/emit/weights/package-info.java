/**
 * Writes weights in the formats that {@code dev.coppice.runtime} reads: the binary resource and
 * packed string constants. Imports {@code dev.coppice.runtime} only.
 */
@NullMarked
package dev.coppice.compiler.emit.weights;

import org.jspecify.annotations.NullMarked;
