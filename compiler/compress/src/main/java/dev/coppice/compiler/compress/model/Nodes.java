package dev.coppice.compiler.compress.model;

import com.google.protobuf.ByteString;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one can ask a node of an ONNX graph, and how one is made. */
public final class Nodes {
  private Nodes() {}

  /** What diagnostics and recipes call a node: its name or, without one, its first result's. */
  public static String label(NodeProto node) {
    return node.getName().isEmpty() && node.getOutputCount() > 0
        ? node.getOutput(0)
        : node.getName();
  }

  /** Whether {@code node} is the operator {@code type} of ONNX itself. */
  public static boolean is(NodeProto node, String type) {
    return node.getOpType().equals(type) && isStandard(node);
  }

  /** Whether {@code node} is an operator of ONNX itself. */
  public static boolean isStandard(NodeProto node) {
    return node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
  }

  /** The attribute {@code name}. */
  public static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  /** The integer attribute {@code name}, or {@code absent}. */
  public static long integer(NodeProto node, String name, long absent) {
    return attribute(node, name).map(AttributeProto::getI).orElse(absent);
  }

  /** The float attribute {@code name}, or {@code absent}. */
  public static float number(NodeProto node, String name, float absent) {
    return attribute(node, name).map(AttributeProto::getF).orElse(absent);
  }

  /** The string attribute {@code name}, or {@code absent}. */
  public static String text(NodeProto node, String name, String absent) {
    return attribute(node, name).map(a -> a.getS().toStringUtf8()).orElse(absent);
  }

  /** The list of integers {@code name}; empty if it is absent. */
  public static List<Integer> integers(NodeProto node, String name) {
    return attribute(node, name)
        .map(a -> a.getIntsList().stream().map(Math::toIntExact).toList())
        .orElse(List.of());
  }

  /** Operand {@code i}; empty if it is absent. */
  public static Optional<String> input(NodeProto node, int i) {
    return i < node.getInputCount() && !node.getInput(i).isEmpty()
        ? Optional.of(node.getInput(i))
        : Optional.empty();
  }

  /** Every value that {@code node} reads, also from within its bodies, each once. */
  public static Set<String> reads(NodeProto node) {
    Set<String> names = new LinkedHashSet<>();
    node.getInputList().stream().filter(i -> !i.isEmpty()).forEach(names::add);
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        names.addAll(captured(attribute.getG()));
      }
      attribute.getGraphsList().forEach(g -> names.addAll(captured(g)));
    }
    return names;
  }

  /** Every name that {@code node} or a node of its bodies has, reads or computes. */
  public static Set<String> names(NodeProto node) {
    Set<String> names = new LinkedHashSet<>(List.of(node.getName()));
    names.addAll(node.getInputList());
    names.addAll(node.getOutputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        names.addAll(names(attribute.getG()));
      }
      attribute.getGraphsList().forEach(g -> names.addAll(names(g)));
    }
    return names;
  }

  private static Set<String> names(GraphProto body) {
    Set<String> names = new LinkedHashSet<>();
    body.getNodeList().forEach(n -> names.addAll(names(n)));
    body.getInputList().forEach(i -> names.add(i.getName()));
    body.getOutputList().forEach(o -> names.add(o.getName()));
    body.getInitializerList().forEach(t -> names.add(t.getName()));
    return names;
  }

  /** Whether {@code node} has bodies, which are graphs of their own. */
  public static boolean hasBodies(NodeProto node) {
    return node.getAttributeList().stream().anyMatch(a -> a.hasG() || a.getGraphsCount() > 0);
  }

  /** The values of the graphs around that {@code body} reads. */
  private static Set<String> captured(GraphProto body) {
    Set<String> names = new LinkedHashSet<>();
    body.getNodeList().forEach(n -> names.addAll(reads(n)));
    body.getOutputList().forEach(o -> names.add(o.getName()));
    body.getInputList().forEach(i -> names.remove(i.getName()));
    body.getInitializerList().forEach(t -> names.remove(t.getName()));
    body.getNodeList().forEach(n -> n.getOutputList().forEach(names::remove));
    return names;
  }

  /** A node; operands that are absent are the empty string. */
  public static NodeProto of(
      String type,
      String name,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(name)
        .addAllInput(inputs)
        .addAllOutput(outputs)
        .addAllAttribute(List.of(attributes))
        .build();
  }

  /** An integer attribute. */
  public static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** A list of integers as an attribute. */
  public static AttributeProto integers(String name, List<Integer> values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    values.forEach(attribute::addInts);
    return attribute.build();
  }

  /** A float attribute. */
  public static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /** A text attribute. */
  public static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /** {@code node} with attribute {@code attribute} in place of the one of that name. */
  public static NodeProto with(NodeProto node, AttributeProto attribute) {
    return without(node, attribute.getName()).toBuilder().addAttribute(attribute).build();
  }

  /** {@code node} without the attribute {@code name}. */
  public static NodeProto without(NodeProto node, String name) {
    List<AttributeProto> rest =
        node.getAttributeList().stream().filter(a -> !a.getName().equals(name)).toList();
    return node.toBuilder().clearAttribute().addAllAttribute(rest).build();
  }

  /** {@code node} with operand {@code i} read from {@code value}; operands between are absent. */
  public static NodeProto withInput(NodeProto node, int i, String value) {
    List<String> inputs = new ArrayList<>(node.getInputList());
    while (inputs.size() <= i) {
      inputs.add("");
    }
    inputs.set(i, value);
    return node.toBuilder().clearInput().addAllInput(inputs).build();
  }
}
