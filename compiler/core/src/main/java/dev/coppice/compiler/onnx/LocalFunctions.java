package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.FunctionProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The functions that a model defines itself. A call is imported as the nodes of its body. */
final class LocalFunctions {
  /** Calls nest at most so deep: a function that calls itself has no end. */
  private static final int MAX_DEPTH = 32;

  /**
   * Nodes that all bodies together may become: each call doubles what a function that calls twice
   * becomes.
   */
  private static final int MAX_NODES = 100_000;

  private record Key(String domain, String name, String overload) {}

  private final Map<Key, FunctionProto> functions = new LinkedHashMap<>();
  private int depth;
  private boolean exceeded;
  private int nodes;

  /**
   * The functions of {@code model}.
   *
   * @throws CompileException if two have one name
   */
  LocalFunctions(ModelProto model, SourceRef where) {
    for (FunctionProto function : model.getFunctionsList()) {
      Key key = new Key(function.getDomain(), function.getName(), function.getOverload());
      if (functions.putIfAbsent(key, function) != null) {
        throw new CompileException(
            DiagnosticCode.GRAPH_INVALID,
            where,
            "function '"
                + function.getName()
                + "' of domain '"
                + function.getDomain()
                + "' is defined twice");
      }
    }
  }

  /** The function that {@code node} calls, if it calls one. */
  Optional<FunctionProto> find(NodeProto node) {
    return Optional.ofNullable(
        functions.get(new Key(node.getDomain(), node.getOpType(), node.getOverload())));
  }

  /** Whether a call was refused already, so that no further one need be followed. */
  boolean exceeded() {
    return exceeded;
  }

  /**
   * Begins a call; {@link #leave} ends it.
   *
   * @throws CompileException if calls nest too deep or become too many nodes
   */
  void enter(FunctionProto function, SourceRef call) {
    nodes += function.getNodeCount();
    if (depth >= MAX_DEPTH || nodes > MAX_NODES) {
      exceeded = true;
      throw new CompileException(
          DiagnosticCode.GRAPH_INVALID,
          call,
          "function '"
              + function.getName()
              + (depth >= MAX_DEPTH
                  ? "' is called more than " + MAX_DEPTH + " levels deep"
                  : "' and others become more than " + MAX_NODES + " nodes"));
    }
    depth++;
  }

  /** Ends a call. */
  void leave() {
    depth--;
  }

  /**
   * The nodes of {@code function} as {@code call} means them: named after the call, attributes of
   * the call in place of references to them, and formal operands that the call leaves out absent.
   */
  static List<NodeProto> body(FunctionProto function, NodeProto call) {
    Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    function.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
    call.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
    Set<String> absent = new LinkedHashSet<>();
    for (int i = 0; i < function.getInputCount(); i++) {
      if (i >= call.getInputCount() || call.getInput(i).isEmpty()) {
        absent.add(function.getInput(i));
      }
    }
    String prefix = NodeOrder.nameOf(call) + "/";
    List<NodeProto> body = new ArrayList<>();
    for (NodeProto node : function.getNodeList()) {
      body.add(
          bound(node, attributes, absent).toBuilder()
              .setName(prefix + NodeOrder.nameOf(node))
              .build());
    }
    return body;
  }

  private static NodeProto bound(
      NodeProto node, Map<String, AttributeProto> attributes, Set<String> absent) {
    NodeProto.Builder out = node.toBuilder().clearAttribute();
    for (int i = 0; i < out.getInputCount(); i++) {
      if (absent.contains(out.getInput(i))) {
        out.setInput(i, "");
      }
    }
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!attribute.getRefAttrName().isEmpty()) {
        AttributeProto value = attributes.get(attribute.getRefAttrName());
        if (value != null) {
          out.addAttribute(value.toBuilder().setName(attribute.getName()));
        }
      } else if (attribute.hasG()) {
        GraphProto.Builder graph = attribute.getG().toBuilder().clearNode();
        attribute.getG().getNodeList().forEach(n -> graph.addNode(bound(n, attributes, absent)));
        out.addAttribute(attribute.toBuilder().setG(graph));
      } else {
        out.addAttribute(attribute);
      }
    }
    return out.build();
  }
}
