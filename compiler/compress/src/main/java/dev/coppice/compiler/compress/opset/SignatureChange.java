package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;

/**
 * An operator that is written in another way from some opset on.
 *
 * @param operator the operator's name
 * @param opset the first opset of {@code ai.onnx} with the new way
 * @param form writes a node of the way before in the new one
 */
record SignatureChange(String operator, int opset, Form form) {

  /** How nodes are written. */
  @FunctionalInterface
  interface Form {
    /**
     * {@code node} as it was written until the opset before, in the way of this opset.
     *
     * @throws IllegalArgumentException with the reason if there is no such form
     */
    List<NodeProto> of(NodeProto node, Surroundings graph);
  }
}
