/**
 * Plans: kernels in call order and where their buffers live. Imports {@code ir}, {@code loop},
 * {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.lowering;

import org.jspecify.annotations.NullMarked;
