/**
 * Layers replaced by several of lower rank: factors of weights, and the ranks to choose. Functions
 * of weights alone; what becomes of the graph is decided elsewhere. Imports {@code compress.linalg}
 * and {@code tensor}.
 */
@NullMarked
package dev.coppice.compiler.compress.lowrank;

import org.jspecify.annotations.NullMarked;
