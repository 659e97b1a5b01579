package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.stream.Collectors;

/** What a graph computes by. */
public final class Operators {
  private Operators() {}

  /** The operators of its nodes, in order, as in {@code Cast;Mul;MatMul}. */
  public static String of(OnnxGraph graph) {
    return graph.nodes().stream().map(NodeProto::getOpType).collect(Collectors.joining(";"));
  }
}
