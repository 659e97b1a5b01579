/**
 * Layers replaced by several of lower rank: factors of weights, and the ranks to choose.
 * Decompositions are functions of weights alone; {@link
 * dev.coppice.compiler.compress.lowrank.LowRank} decides what becomes of a graph. Imports {@code
 * compress.evaluate}, {@code compress.linalg}, {@code compress.model}, {@code
 * compress.prune.reconstruct}, {@code compress.recipe} and {@code tensor}.
 */
@NullMarked
package dev.coppice.compiler.compress.lowrank;

import org.jspecify.annotations.NullMarked;
