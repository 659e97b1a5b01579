/** Weights in fewer bits. Imports {@code tensor}. */
@NullMarked
package dev.coppice.compiler.compress.quantize;

import org.jspecify.annotations.NullMarked;
