/**
 * Schedules: the loop structures of the heavy kernels (convolution, matrix product), chosen by
 * size, weights and target. Imports {@code ir}, {@code loop}, {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.schedule;

import org.jspecify.annotations.NullMarked;
