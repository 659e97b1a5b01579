/** Weights of two or three values. Imports {@code tensor}. */
@NullMarked
package dev.coppice.compiler.compress.binarize;

import org.jspecify.annotations.NullMarked;
