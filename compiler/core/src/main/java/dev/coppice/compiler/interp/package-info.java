/**
 * Runs graphs through {@code Op.evaluate}: the definition of what a graph computes. Imports {@code
 * ir}, {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.interp;

import org.jspecify.annotations.NullMarked;
