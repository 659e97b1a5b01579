/**
 * Runs the ONNX backend test data, case by case, and says of each whether it passes, is wrong, is
 * refused or crashes. Imports {@code driver}, {@code onnx}, {@code interp}, {@code tensor}, {@code
 * diag}.
 */
@NullMarked
package dev.coppice.compiler.driver.conformance;

import org.jspecify.annotations.NullMarked;
