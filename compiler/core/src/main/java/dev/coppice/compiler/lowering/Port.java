package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;

/**
 * A model input or output: one array parameter of the generated {@code run}.
 *
 * @param name ONNX name
 * @param dtype element type
 * @param shape static shape; the array is flat and row-major
 */
public record Port(String name, DType dtype, Shape shape) {}
