/**
 * Compression of ONNX models by recipe: what is decided is a plan, which is data; applying it
 * writes standard ONNX. Imports {@code onnx.wire}, {@code tensor}, {@code diag} and its own
 * subpackages.
 */
@NullMarked
package dev.coppice.compiler.compress;

import org.jspecify.annotations.NullMarked;
