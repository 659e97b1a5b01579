package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Set;

/**
 * Nodes of constants that are how a tensor is stored in fewer bytes, and so are not folded:
 * dequantization, casts of narrow types, look-ups in a codebook.
 */
final class StoredForms {
  private static final Set<String> OPERATORS =
      Set.of("DequantizeLinear", "Cast", "Gather", "Expand", "ConstantOfShape", "Tile");

  private StoredForms() {}

  static boolean isStored(NodeProto node) {
    return !Nodes.isStandard(node) || OPERATORS.contains(node.getOpType());
  }
}
