package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.tensor.Shape;

/**
 * Which weights share a scale: all, those of a channel, or runs of them within a channel. Runs lie
 * in a matrix {@code [rows, columns]} that the weights are in the order of their elements, along
 * one of its axes; the last of a line may be shorter.
 *
 * @param shape shape of the weights
 * @param axis axis of channels; of runs, the axis of the matrix along which they lie, 0 or 1; -1 if
 *     all share one scale
 * @param block elements of a run; 0 if there are none
 * @param rows rows of the matrix of runs, otherwise 0
 */
record WeightGroups(Shape shape, int axis, int block, int rows) {
  WeightGroups {
    boolean fits = block == 0 ? axis >= -1 && axis < shape.rank() : rows > 0 && axis >= 0;
    if (!fits || block < 0) {
      throw new IllegalArgumentException("axis " + axis + ", block " + block + " of " + shape);
    }
  }

  /** One group. */
  static WeightGroups all(Shape shape) {
    return new WeightGroups(shape, -1, 0, 0);
  }

  /** A group for each index of {@code axis}. */
  static WeightGroups channels(Shape shape, int axis) {
    return new WeightGroups(shape, axis, 0, 0);
  }

  /** Runs of {@code block} weights of one output channel of {@code layer}. */
  static WeightGroups runs(Layer layer, Shape shape, int block) {
    boolean alongColumns = layer.inAxis() > layer.outAxis();
    int rows = shape.sizeOf(0, Math.min(layer.inAxis(), layer.outAxis()) + 1);
    return new WeightGroups(shape, alongColumns ? 1 : 0, block, rows);
  }

  /** Number of groups. */
  int count() {
    return scales().size();
  }

  /** The shape of a tensor with an element for each group, in order. */
  Shape scales() {
    if (axis < 0) {
      return Shape.SCALAR;
    }
    if (block == 0) {
      return Shape.of(shape.dim(axis));
    }
    return axis == 1 ? Shape.of(rows, runs(columns())) : Shape.of(runs(rows), columns());
  }

  /** The matrix that runs lie in. */
  Shape matrix() {
    return Shape.of(rows, columns());
  }

  /** The group of weight {@code i}. */
  int of(int i) {
    if (axis < 0) {
      return 0;
    }
    if (block == 0) {
      return i / shape.sizeOf(axis + 1, shape.rank()) % shape.dim(axis);
    }
    int columns = columns();
    int row = i / columns;
    int column = i % columns;
    return axis == 1 ? row * runs(columns) + column / block : row / block * columns + column;
  }

  private int columns() {
    return rows == 0 ? 0 : shape.size() / rows;
  }

  private int runs(int line) {
    return (line + block - 1) / block;
  }
}
