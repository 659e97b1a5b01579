package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.CastImporter.cast;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Abs;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.IsNaN;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Sqrt;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Operators of ai.onnx.ml that prepare features, since 1. */
final class FeatureImporter {
  private FeatureImporter() {}

  /** Scaler: {@code (x - offset) * scale}, one number or one for each feature. */
  static List<Value> scaler(NodeContext node) {
    Value x = cast(node, node.input(0), DType.FLOAT32);
    Value y = x;
    List<Float> offset = node.attributes().numbers("offset").orElse(List.of());
    List<Float> scale = node.attributes().numbers("scale").orElse(List.of());
    if (!offset.isEmpty()) {
      y = node.add(new Sub(), y, features(node, DType.FLOAT32, offset, "offset"));
    }
    if (!scale.isEmpty()) {
      y = node.add(new Mul(), y, features(node, DType.FLOAT32, scale, "scale"));
    }
    return List.of(y);
  }

  /** One number or one for each feature as a constant along the last axis. */
  private static Value features(
      NodeContext node, DType dtype, List<? extends Number> values, String name) {
    Shape shape = node.shape(0);
    int features = shape.rank() == 0 ? 1 : shape.dim(shape.rank() - 1);
    if (values.size() != 1 && values.size() != features) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' has " + values.size() + " entries, expected 1 or " + features);
    }
    return dtype.isFloat()
        ? MachineLearningInputs.constant(node, dtype, values, values.size())
        : node.constant(
            Tensor.fromLongs(TensorType.of(dtype, values.size()), i -> values.get(i).longValue()));
  }

  /** Normalizer: rows over their largest element, the sum of magnitudes or their length. */
  static List<Value> normalizer(NodeContext node) {
    String norm = node.choice("norm", "MAX", "L1", "L2");
    Value x = cast(node, node.input(0), DType.FLOAT32);
    int rank = x.type().shape().rank();
    if (rank < 1 || rank > 2) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", expected rows of features [N, F]");
    }
    List<Integer> axes = List.of(rank - 1);
    Value size =
        switch (norm) {
          case "MAX" -> node.add(new Reduce(Reduce.Kind.MAX, axes, true), x);
          case "L1" -> node.add(new Reduce(Reduce.Kind.SUM, axes, true), node.add(new Abs(), x));
          default ->
              node.add(
                  new Sqrt(),
                  node.add(new Reduce(Reduce.Kind.SUM, axes, true), node.add(new Mul(), x, x)));
        };
    Value none = node.add(new Equal(), size, node.scalar(DType.FLOAT32, 0));
    Value divisor = node.add(new Where(), none, node.scalar(DType.FLOAT32, 1), size);
    return List.of(node.add(new Div(), x, divisor));
  }

  /** Binarizer: 1 above the threshold, else 0. */
  static List<Value> binarizer(NodeContext node) {
    Value x = node.input(0);
    DType dtype = x.type().dtype();
    Value above = node.add(new Greater(), x, node.scalar(dtype, node.number("threshold", 0)));
    return List.of(cast(node, above, dtype));
  }

  /** Imputer: another value, one or one for each feature, instead of the one that means none. */
  static List<Value> imputer(NodeContext node) {
    Value x = node.input(0);
    DType dtype = x.type().dtype();
    List<Float> floats = node.attributes().numbers("imputed_value_floats").orElse(List.of());
    List<Long> longs = node.attributes().longIntegers("imputed_value_int64s").orElse(List.of());
    float replaced = node.number("replaced_value_float", 0);
    long replacedLong = node.attributes().longInteger("replaced_value_int64", 0);
    String name = dtype.isFloat() ? "imputed_value_floats" : "imputed_value_int64s";
    List<? extends Number> values = dtype.isFloat() ? floats : longs;
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' is missing, which operand " + x.type() + " takes");
    }
    Value missing =
        !dtype.isFloat()
            ? node.add(
                new Equal(),
                x,
                node.constant(Tensor.splatLong(new TensorType(dtype, Shape.SCALAR), replacedLong)))
            : Float.isNaN(replaced)
                ? node.add(new IsNaN(), x)
                : node.add(new Equal(), x, node.scalar(dtype, replaced));
    return List.of(node.add(new Where(), missing, features(node, dtype, values, name), x));
  }

  /** ArrayFeatureExtractor: the named features of each row. */
  static List<Value> extractor(NodeContext node) {
    Shape shape = node.shape(0);
    if (shape.rank() == 0) {
      throw new IllegalArgumentException("operand 0 is " + node.type(0) + ", expected features");
    }
    Value x =
        shape.rank() == 1 ? node.reshape(node.input(0), List.of(1, shape.dim(0))) : node.input(0);
    Value indices = node.reshape(node.input(1), List.of(node.shape(1).size()));
    return List.of(node.add(new Gather(x.type().shape().rank() - 1), x, indices));
  }

  /** FeatureVectorizer: the features of all operands in one row, each cut or padded to its size. */
  static List<Value> vectorizer(NodeContext node) {
    List<Integer> sizes = node.attributes().integers("inputdimensions").orElse(List.of());
    if (sizes.size() != node.inputCount()) {
      throw new IllegalArgumentException(
          "attribute 'inputdimensions' has "
              + sizes.size()
              + " entries, expected "
              + node.inputCount());
    }
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      Shape shape = node.shape(i);
      int rows = shape.rank() == 0 ? 1 : shape.dim(0);
      int found = shape.rank() == 0 ? 1 : shape.sizeOf(1, shape.rank());
      int size = sizes.get(i);
      Value x = node.reshape(cast(node, node.input(i), DType.FLOAT32), List.of(rows, found));
      if (size < found) {
        x = node.add(new Slice(List.of(0, 0), List.of(1, 1), List.of(rows, size)), x);
      }
      parts.add(x);
      if (size > found) {
        parts.add(node.constant(Tensor.splat(TensorType.of(DType.FLOAT32, rows, size - found), 0)));
      }
    }
    return node.emit(new Concat(1), parts);
  }

  /** ZipMap: the values of the maps, a row for each map and a column for each label. */
  static List<Value> zipMap(NodeContext node) {
    int ints = node.attributes().longIntegers("classlabels_int64s").orElse(List.of()).size();
    int texts = node.attributes().texts("classlabels_strings").orElse(List.of()).size();
    Value x = MachineLearningInputs.rows(node);
    int columns = x.type().shape().dim(1);
    if (ints + texts != columns) {
      throw new IllegalArgumentException(
          "there are " + (ints + texts) + " labels for " + columns + " columns");
    }
    return List.of(x);
  }
}
