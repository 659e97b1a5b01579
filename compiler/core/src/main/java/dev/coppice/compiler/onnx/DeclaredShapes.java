package dev.coppice.compiler.onnx;

import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.TensorShapeProto.Dimension;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The shapes that a model declares for its outputs and for values within: bounds of what is known
 * only at run time.
 */
final class DeclaredShapes {
  private DeclaredShapes() {}

  /** Notes the declared shapes of {@code graph}; {@code dims} gives numbers to names. */
  static void of(GraphProto graph, Map<String, Integer> dims, Assembly assembly) {
    values(graph)
        .forEach(
            v -> assembly.declare(v.getName(), dims(v).stream().map(d -> size(d, dims)).toList()));
  }

  /** Names of dimensions of outputs and of values within. */
  static Set<String> symbols(GraphProto graph) {
    Set<String> symbols = new LinkedHashSet<>();
    values(graph).forEach(v -> dims(v).stream().map(Dimension::getDimParam).forEach(symbols::add));
    symbols.remove("");
    return symbols;
  }

  private static Stream<ValueInfoProto> values(GraphProto graph) {
    return Stream.concat(graph.getValueInfoList().stream(), graph.getOutputList().stream());
  }

  private static List<Dimension> dims(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList();
  }

  private static Assembly.Dim size(Dimension dim, Map<String, Integer> dims) {
    Integer named = dims.get(dim.getDimParam());
    if (!dim.hasDimValue()) {
      return new Assembly.Dim(named == null ? OptionalInt.empty() : OptionalInt.of(named), false);
    }
    long size = dim.getDimValue();
    return size < 0 || size > Integer.MAX_VALUE
        ? new Assembly.Dim(OptionalInt.empty(), false)
        : new Assembly.Dim(OptionalInt.of((int) size), true);
  }
}
