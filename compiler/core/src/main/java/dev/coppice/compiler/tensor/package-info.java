/** Typed, shaped, immutable values. Imports {@code diag} only. */
@NullMarked
package dev.coppice.compiler.tensor;

import org.jspecify.annotations.NullMarked;
