package dev.coppice.compiler.tensor;

/**
 * Element type and static shape of a value.
 *
 * @param dtype element type
 * @param shape static shape
 */
public record TensorType(DType dtype, Shape shape) {
  /** A type with the given dimensions. */
  public static TensorType of(DType dtype, int... dims) {
    return new TensorType(dtype, Shape.of(dims));
  }

  /** Bytes of the dense tensor. */
  public long bytes() {
    return (long) shape.size() * dtype.bytes();
  }

  /** This type with another shape. */
  public TensorType with(Shape newShape) {
    return new TensorType(dtype, newShape);
  }

  /** This type with another element type. */
  public TensorType with(DType newDtype) {
    return new TensorType(newDtype, shape);
  }

  /** For example {@code f32[1,3,32,32]}. */
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
