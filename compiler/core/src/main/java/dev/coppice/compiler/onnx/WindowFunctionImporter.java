package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cos;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * BlackmanWindow, HammingWindow and HannWindow, since 17: {@code a - b cos(2 pi n / N) + c cos(4 pi
 * n / N)}, a constant if its length is one.
 *
 * @param a mean
 * @param b weight of the first harmonic
 * @param c weight of the second harmonic
 */
record WindowFunctionImporter(double a, double b, double c) implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    boolean periodic = node.attributes().flag("periodic", true);
    int code = node.attributes().integer("output_datatype", DType.FLOAT32.onnxCode());
    DType dtype =
        DType.ofOnnx(code)
            .orElseThrow(
                () -> node.unsupportedType(TensorReader.typeName(code), "the result has it"));
    if (node.constant(0).isEmpty()) {
      return List.of(runtime(node, dtype, periodic));
    }
    int n = Math.toIntExact(node.constant(0, "size").longAt(0));
    TensorType type = TensorType.of(dtype, n);
    if (!node.folder().affords(type)) {
      throw node.tooLarge("the window takes " + type.bytes() + " bytes");
    }
    double period = periodic ? n : n - 1;
    return List.of(
        node.constant(
            Tensor.fromDoubles(
                type,
                i ->
                    a
                        - b * Math.cos(2 * Math.PI * i / period)
                        + c * Math.cos(4 * Math.PI * i / period))));
  }

  /** A window of run-time length, in room for the most that the model declares. */
  private Value runtime(NodeContext node, DType dtype, boolean periodic) {
    Value count = CastImporter.cast(node, node.reshape(node.input(0), List.of()), DType.INT64);
    int most = node.bound(0, 0, "the length of the window");
    Value length = CastImporter.cast(node, count, DType.FLOAT64);
    Value period = periodic ? length : node.add(new Sub(), length, scalar(node, 1));
    Value places = node.constant(Tensor.fromDoubles(TensorType.of(DType.FLOAT64, most), i -> i));
    Value angle =
        node.add(new Mul(), node.add(new Div(), places, period), scalar(node, 2 * Math.PI));
    Value first = node.add(new Mul(), node.add(new Cos(), angle), scalar(node, -b));
    Value twice = node.add(new Cos(), node.add(new Mul(), angle, scalar(node, 2)));
    Value harmonics = node.add(new Add(), first, node.add(new Mul(), twice, scalar(node, c)));
    Value window = node.add(new Add(), harmonics, scalar(node, a));
    Value result = CastImporter.cast(node, window, dtype);
    node.extent(result, 0, RuntimeShapes.bounded(node, count, most));
    return result;
  }

  private static Value scalar(NodeContext node, double value) {
    return node.scalar(DType.FLOAT64, value);
  }
}
