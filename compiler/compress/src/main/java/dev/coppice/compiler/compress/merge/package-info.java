/**
 * Exact merges: nodes of an ONNX graph become fewer, and the graph computes the same up to
 * rounding. Imports {@code compress.model}, {@code compress.recipe}, {@code tensor}, {@code
 * onnx.wire}.
 */
@NullMarked
package dev.coppice.compiler.compress.merge;

import org.jspecify.annotations.NullMarked;
