/**
 * Weights of two or three values. Imports {@code compress.model}, {@code compress.quantize}, {@code
 * compress.recipe} and {@code tensor}.
 */
@NullMarked
package dev.coppice.compiler.compress.binarize;

import org.jspecify.annotations.NullMarked;
