/**
 * From ONNX to the graph: erases opset versions, absent inputs, attribute defaults and composite
 * operators. Imports {@code onnx.wire}, {@code op}, {@code ir}, {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.onnx;

import org.jspecify.annotations.NullMarked;
