/**
 * Weights fitted anew by least squares on calibration data. Imports {@code model}, {@code evaluate}
 * and {@code linalg}.
 */
@NullMarked
package dev.coppice.compiler.compress.prune.reconstruct;

import org.jspecify.annotations.NullMarked;
