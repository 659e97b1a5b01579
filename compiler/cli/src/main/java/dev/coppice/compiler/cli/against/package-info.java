/**
 * Measures a compiled model side by side with another runtime and compares what both compute.
 * Imports {@code tensor}, {@code lowering} and {@code onnx} of the compiler; only {@link
 * dev.coppice.compiler.cli.against.OnnxRuntime} and its tensors import ONNX Runtime, which may be
 * absent when this runs.
 */
@NullMarked
package dev.coppice.compiler.cli.against;

import org.jspecify.annotations.NullMarked;
