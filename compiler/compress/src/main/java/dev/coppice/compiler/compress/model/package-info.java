/**
 * ONNX models in the form that compression edits: nodes and constants under the names the user
 * knows. Imports {@code onnx}, {@code onnx.wire}, {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.compress.model;

import org.jspecify.annotations.NullMarked;
