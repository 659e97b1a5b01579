package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import java.util.List;

/** Turns one ONNX node into nodes of the graph. */
@FunctionalInterface
interface NodeImporter {
  /**
   * The node's results, at least as many as it names and in its order.
   *
   * @throws dev.coppice.compiler.diag.CompileException if something about the node is not supported
   * @throws IllegalArgumentException if the node is not valid, with the reason
   */
  List<Value> apply(NodeContext node);
}
