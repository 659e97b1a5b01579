package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.CastImporter.cast;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.And;
import dev.coppice.compiler.op.ArgMax;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.IsNaN;
import dev.coppice.compiler.op.Or;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** OneHotEncoder and LabelEncoder of ai.onnx.ml between numbers; strings are refused. */
final class EncoderImporter {
  private static final String STRINGS =
      "it holds strings; do that part in Java before the model runs and encode numbers here";

  private EncoderImporter() {}

  /**
   * OneHotEncoder, since 1: a new last axis with a 1 for the category. A row without one is zero
   * even if {@code zeros} is 0, which says that there is no such row.
   */
  static List<Value> oneHot(NodeContext node) {
    refuseStrings(node, "cats_strings");
    node.attributes().flag("zeros", true);
    List<Long> categories =
        node.attributes()
            .longIntegers("cats_int64s")
            .orElseThrow(() -> new IllegalArgumentException("attribute 'cats_int64s' is missing"));
    Value x = cast(node, node.input(0), DType.INT64);
    Tensor table =
        Tensor.ofLongs(
            Shape.of(categories.size()), categories.stream().mapToLong(Long::longValue).toArray());
    return List.of(cast(node, matches(node, x, table), DType.FLOAT32));
  }

  /** Where elements of {@code x}, along a new last axis, equal those of {@code table}. */
  private static Value matches(NodeContext node, Value x, Tensor table) {
    List<Integer> dims = new ArrayList<>();
    for (int d : x.type().shape().dims()) {
      dims.add(d);
    }
    dims.add(1);
    Value column = node.reshape(x, dims);
    Value keys = node.constant(table);
    Value equal = node.add(new Equal(), column, keys);
    if (!table.dtype().isFloat()) {
      return equal;
    }
    Value nan = node.add(new And(), node.add(new IsNaN(), column), node.add(new IsNaN(), keys));
    return node.add(new Or(), equal, nan);
  }

  private static void refuseStrings(NodeContext node, String... names) {
    for (String name : names) {
      if (node.attributes().has(name)) {
        throw node.unsupported(name, STRINGS);
      }
    }
  }

  /** LabelEncoder, since 2; its form of 1 knows strings only. */
  static List<Value> label(NodeContext node) {
    refuseStrings(node, "classes_strings", "keys_strings", "values_strings");
    node.attributes().ignore("default_string");
    Tensor keys = table(node, "keys");
    Tensor values = table(node, "values");
    if (keys.size() != values.size() || keys.size() == 0) {
      throw new IllegalArgumentException(
          "there are " + keys.size() + " keys for " + values.size() + " values");
    }
    Value x = node.input(0);
    if (x.type().dtype() != keys.dtype()) {
      throw new IllegalArgumentException(
          "operand 0 is " + x.type() + ", but the keys are " + keys.dtype());
    }
    Value matches = cast(node, matches(node, x, keys.reshape(Shape.of(keys.size()))), DType.INT32);
    int axis = x.type().shape().rank();
    Value found =
        cast(
            node, node.add(new Reduce(Reduce.Kind.MAX, List.of(axis), false), matches), DType.BOOL);
    Value at = node.add(new ArgMax(axis, false, false), matches);
    Value value =
        node.add(new Gather(0), node.constant(values.reshape(Shape.of(values.size()))), at);
    return List.of(node.add(new Where(), found, value, fallback(node, values.dtype())));
  }

  private static Tensor table(NodeContext node, String name) {
    Optional<Tensor> longs =
        node.attributes()
            .longIntegers(name + "_int64s")
            .map(
                v ->
                    Tensor.ofLongs(
                        Shape.of(v.size()), v.stream().mapToLong(Long::longValue).toArray()));
    Optional<Tensor> floats =
        node.attributes()
            .numbers(name + "_floats")
            .map(v -> Tensor.fromDoubles(TensorType.of(DType.FLOAT32, v.size()), i -> v.get(i)));
    return longs
        .or(() -> floats)
        .or(() -> node.tensor(name + "_tensor"))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "attributes '"
                        + name
                        + "_int64s', '"
                        + name
                        + "_floats' and '"
                        + name
                        + "_tensor' are missing"));
  }

  private static Value fallback(NodeContext node, DType dtype) {
    long whole = node.attributes().longInteger("default_int64", -1);
    float number = node.number("default_float", -0f);
    Optional<Tensor> given = node.tensor("default_tensor");
    if (given.isPresent()) {
      return cast(node, node.constant(given.get().reshape(Shape.SCALAR)), dtype);
    }
    return dtype.isFloat()
        ? node.scalar(dtype, number)
        : node.constant(Tensor.splatLong(new TensorType(dtype, Shape.SCALAR), whole));
  }
}
