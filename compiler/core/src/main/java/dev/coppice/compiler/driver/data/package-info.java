/**
 * Reads data to run models on: NumPy and IDX files, tables, pictures, recordings, ONNX test data,
 * labels. {@link dev.coppice.compiler.driver.data.DataSpec} opens all of them. Imports {@code
 * onnx.wire}, {@code lowering}, {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.driver.data;

import org.jspecify.annotations.NullMarked;
