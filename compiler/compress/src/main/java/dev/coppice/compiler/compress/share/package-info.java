/**
 * Weights that share few values: codebooks, how they are found and how a graph stores them. Imports
 * {@code compress.model}, {@code compress.recipe} and {@code tensor}.
 */
@NullMarked
package dev.coppice.compiler.compress.share;

import org.jspecify.annotations.NullMarked;
