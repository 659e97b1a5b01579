/**
 * Reads data to run models on: NumPy and IDX files, ONNX test data, labels. Imports {@code
 * onnx.wire}, {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.driver.data;

import org.jspecify.annotations.NullMarked;
