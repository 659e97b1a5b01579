package dev.coppice.compiler.onnx;

import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the names of an ONNX model's main graph stand for.
 *
 * @param types the type of each name that an output depends on
 * @param constants the data of those that do not depend on the inputs
 */
public record ImportedValues(Map<String, TensorType> types, Map<String, Tensor> constants) {
  public ImportedValues {
    types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
  }
}
