package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.TensorShapeProto.Dimension;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What test data says about a model that the model itself leaves open.
 *
 * @param dims sizes of symbolic dimensions
 * @param binds values of inputs that become constants
 */
record CaseBindings(Map<String, Integer> dims, Map<String, String> binds) {
  /** Most elements of an input that is control and not data. */
  private static final int MOST_BOUND = 64;

  /** The sizes of symbolic dimensions of {@code model} for these inputs; nothing is constant. */
  static CaseBindings sizes(ModelProto model, Map<String, Tensor> inputs) {
    Map<String, Integer> dims = new LinkedHashMap<>();
    for (ValueInfoProto input : model.getGraph().getInputList()) {
      List<Dimension> shape = input.getType().getTensorType().getShape().getDimList();
      Tensor data = inputs.get(input.getName());
      if (data != null && data.shape().rank() == shape.size()) {
        for (int axis = 0; axis < shape.size(); axis++) {
          if (!shape.get(axis).hasDimValue()) {
            String symbol = shape.get(axis).getDimParam();
            String name = symbol.isEmpty() ? input.getName() + ":" + axis : symbol;
            dims.put(name, data.shape().dim(axis));
          }
        }
      }
    }
    return new CaseBindings(dims, Map.of());
  }

  /**
   * The same with small inputs as constants: all but the first, which is what the operator works
   * on, and the first too if it is int64 or bool.
   */
  CaseBindings withConstants(Map<String, Tensor> inputs) {
    Map<String, String> constants = new LinkedHashMap<>();
    boolean first = true;
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      Tensor t = input.getValue();
      boolean control = !first || t.dtype() == DType.INT64 || t.dtype() == DType.BOOL;
      boolean literal = t.size() > 0 && t.size() <= MOST_BOUND && !t.dtype().isStoredOnly();
      if (control && literal) {
        constants.put(input.getKey(), literal(t));
      }
      first = false;
    }
    return new CaseBindings(dims, constants);
  }

  private static String literal(Tensor t) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < t.size(); i++) {
      if (t.dtype().isFloat()) {
        parts.add(Double.toString(t.doubleAt(i)));
      } else if (t.dtype() == DType.UINT64) {
        parts.add(Long.toUnsignedString(t.longAt(i)));
      } else {
        parts.add(Long.toString(t.longAt(i)));
      }
    }
    return String.join(",", parts);
  }
}
