/** Weights that share few values: codebooks and how they are found. Imports {@code tensor}. */
@NullMarked
package dev.coppice.compiler.compress.share;

import org.jspecify.annotations.NullMarked;
