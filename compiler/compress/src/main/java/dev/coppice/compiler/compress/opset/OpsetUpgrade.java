package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a model in the operators of a newer opset of {@code ai.onnx}: operators whose attributes,
 * operands or meaning changed in between are written in the new way, opset by opset, by the change
 * log of ONNX (docs/Changelog.md of github.com/onnx/onnx).
 */
public final class OpsetUpgrade {
  /** The newest opset that can be asked for. */
  public static final int NEWEST = 21;

  private final Surroundings surroundings;
  private final DiagnosticSink problems = new DiagnosticSink();
  private final SourceRef where;
  private final int target;

  private OpsetUpgrade(OnnxGraph graph, int target) {
    this.surroundings = new Surroundings(graph.copy(), graph);
    this.where = SourceRef.file(graph.name());
    this.target = target;
  }

  /**
   * Writes {@code graph} in {@code opset}, in place; a graph of that opset or a newer one stays as
   * it is.
   *
   * @throws dev.coppice.compiler.diag.CompileException with every node that cannot be written so;
   *     the graph may be half changed then and must not be used any more
   * @throws IllegalArgumentException if {@code opset} is above {@link #NEWEST}
   */
  public static void to(OnnxGraph graph, int opset) {
    if (opset > NEWEST) {
      throw new IllegalArgumentException("opset " + opset + " is above " + NEWEST);
    }
    if (graph.opset() < opset) {
      new OpsetUpgrade(graph, opset).run(graph);
    }
  }

  private void run(OnnxGraph graph) {
    if (graph.toProto().getFunctionsCount() > 0) {
      problems.report(
          DiagnosticCode.OPSET_NOT_RAISED,
          where,
          target,
          "it defines functions, which may be written in another opset");
    }
    for (int opset = graph.opset() + 1; opset <= target; opset++) {
      Map<String, SignatureChange.Form> changes = changes(opset);
      if (!changes.isEmpty()) {
        graph.replaceAll(node -> written(node, changes));
      }
    }
    problems.throwIfErrors();
    graph.opset(target);
    graph.sweep();
  }

  private static Map<String, SignatureChange.Form> changes(int opset) {
    Map<String, SignatureChange.Form> changes = new LinkedHashMap<>();
    SignatureChanges.TABLE.stream()
        .filter(c -> c.opset() == opset)
        .forEach(c -> changes.put(c.operator(), c.form()));
    return changes;
  }

  private List<NodeProto> written(NodeProto node, Map<String, SignatureChange.Form> changes) {
    NodeProto outer = Nodes.hasBodies(node) ? withBodies(node, changes) : node;
    SignatureChange.Form form = changes.get(node.getOpType());
    if (form == null || !Nodes.isStandard(node)) {
      return List.of(outer);
    }
    try {
      return form.of(outer, surroundings);
    } catch (IllegalArgumentException e) {
      problems.report(
          DiagnosticCode.OPSET_NOT_RAISED,
          where.atNode(Nodes.label(node), node.getOpType()),
          target,
          String.valueOf(e.getMessage()));
      return List.of(outer);
    }
  }

  private NodeProto withBodies(NodeProto node, Map<String, SignatureChange.Form> changes) {
    NodeProto.Builder outer = node.toBuilder().clearAttribute();
    for (AttributeProto attribute : node.getAttributeList()) {
      AttributeProto.Builder rewritten = attribute.toBuilder();
      if (attribute.hasG()) {
        rewritten.setG(body(attribute.getG(), changes));
      }
      for (int i = 0; i < attribute.getGraphsCount(); i++) {
        rewritten.setGraphs(i, body(attribute.getGraphs(i), changes));
      }
      outer.addAttribute(rewritten);
    }
    return outer.build();
  }

  private GraphProto body(GraphProto body, Map<String, SignatureChange.Form> changes) {
    List<NodeProto> nodes = new ArrayList<>();
    body.getNodeList().forEach(n -> nodes.addAll(written(n, changes)));
    return body.toBuilder().clearNode().addAllNode(nodes).build();
  }
}
