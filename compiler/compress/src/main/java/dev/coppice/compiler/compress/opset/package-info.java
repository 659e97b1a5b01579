/**
 * Models in the operators of newer opsets. Imports {@code compress.model}, {@code onnx.wire},
 * {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.compress.opset;

import org.jspecify.annotations.NullMarked;
