package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.Containers.Layout;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Imports the graphs that a node carries; they see the names around the node. */
interface Subgraphs {
  /**
   * A graph of its own.
   *
   * @param graph its inputs that are not captures first
   * @param captures values around the node, one for each further input
   * @param results what the results are; the graph has an output for each tensor in them
   */
  record Body(Graph graph, List<Value> captures, List<Layout> results) {
    /**
     * Checks that each result is a tensor.
     *
     * @throws IllegalArgumentException if one is a sequence or an optional
     */
    Body ofTensors() {
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i).kind().isPresent()) {
          throw new IllegalArgumentException(
              "result " + i + " of the body is " + results.get(i) + ", expected a tensor");
        }
      }
      return this;
    }
  }

  /** What {@code name} stands for around the node; empty when that is unknown or not supported. */
  Optional<Value> named(String name);

  /** The results of {@code graph}, imported in place with {@code inputs} for its inputs. */
  List<Value> inline(GraphProto graph, List<Value> inputs);

  /**
   * {@code graph} as a body.
   *
   * @param inputs makes, in the assembly of the body, what the inputs of {@code graph} stand for
   */
  Body body(GraphProto graph, Function<Assembly, List<Value>> inputs);
}
