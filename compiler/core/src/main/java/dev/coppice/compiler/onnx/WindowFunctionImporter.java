package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * BlackmanWindow, HammingWindow and HannWindow, since 17: {@code a - b cos(2 pi n / N) + c cos(4 pi
 * n / N)}, a constant like its length.
 *
 * @param a mean
 * @param b weight of the first harmonic
 * @param c weight of the second harmonic
 */
record WindowFunctionImporter(double a, double b, double c) implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Tensor size = node.constant(0, "size");
    boolean periodic = node.attributes().flag("periodic", true);
    int code = node.attributes().integer("output_datatype", DType.FLOAT32.onnxCode());
    DType dtype =
        DType.ofOnnx(code)
            .orElseThrow(
                () -> node.unsupportedType(TensorReader.typeName(code), "the result has it"));
    int n = Math.toIntExact(size.longAt(0));
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
}
