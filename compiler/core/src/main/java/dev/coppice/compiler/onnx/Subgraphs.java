package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import java.util.List;
import java.util.function.Function;

/** Imports the graphs that a node carries; they see the names around the node. */
interface Subgraphs {
  /**
   * A graph of its own.
   *
   * @param graph its inputs that are not captures first
   * @param captures values around the node, one for each further input
   */
  record Body(Graph graph, List<Value> captures) {}

  /** The results of {@code graph}, imported in place with {@code inputs} for its inputs. */
  List<Value> inline(GraphProto graph, List<Value> inputs);

  /**
   * {@code graph} as a body.
   *
   * @param inputs makes, in the assembly of the body, what the inputs of {@code graph} stand for
   */
  Body body(GraphProto graph, Function<Assembly, List<Value>> inputs);
}
