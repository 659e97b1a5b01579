package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.onnx.ContainerPorts;
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

  /**
   * The sizes of symbolic dimensions of inputs and of sequences; nothing is constant, but an
   * optional may be empty.
   *
   * @param lengths number of tensors in each input that is a sequence or optional
   */
  static CaseBindings sizes(
      Map<ValueInfoProto, Tensor> ports, Map<ValueInfoProto, Integer> lengths) {
    Map<String, Integer> dims = new LinkedHashMap<>();
    Map<String, String> binds = new LinkedHashMap<>();
    lengths.forEach(
        (input, count) -> {
          if (input.getType().hasOptionalType() && count == 0) {
            binds.put(input.getName(), ContainerPorts.NONE);
          } else if (ContainerPorts.isSequence(input)) {
            dims.put(ContainerPorts.length(input.getName()), count);
          }
        });
    ports.forEach((input, data) -> sizes(input, data, dims));
    return new CaseBindings(dims, binds);
  }

  private static void sizes(ValueInfoProto input, Tensor data, Map<String, Integer> dims) {
    List<Dimension> shape = input.getType().getTensorType().getShape().getDimList();
    boolean ranked = input.getType().getTensorType().hasShape();
    for (int axis = 0; axis < data.shape().rank(); axis++) {
      int size = data.shape().dim(axis);
      String place = input.getName() + ":" + axis;
      if (!ranked) {
        dims.put(place, size);
      } else if (shape.size() == data.shape().rank() && !shape.get(axis).hasDimValue()) {
        String symbol = shape.get(axis).getDimParam();
        boolean other = dims.getOrDefault(symbol, size) != size;
        dims.put(symbol.isEmpty() || other ? place : symbol, size);
      }
    }
  }

  /**
   * The same with small inputs as constants: all but the first, which is what the operator works
   * on, and the first too if it is int64, bool or a single int32.
   */
  CaseBindings withConstants(Map<String, Tensor> inputs) {
    Map<String, String> constants = new LinkedHashMap<>(binds);
    boolean first = true;
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      Tensor t = input.getValue();
      boolean control =
          !first
              || t.dtype() == DType.INT64
              || t.dtype() == DType.BOOL
              || t.dtype() == DType.INT32 && t.shape().rank() == 0;
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
