/**
 * ONNX files: loading and saving models and tensors within limits, external data included. Imports
 * {@code tensor} and {@code diag}; message classes are generated from {@code onnx.proto}.
 */
@NullMarked
package dev.coppice.compiler.onnx.wire;

import org.jspecify.annotations.NullMarked;
