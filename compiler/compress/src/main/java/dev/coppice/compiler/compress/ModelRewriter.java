package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.quantize.QuantizedWeights;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.TensorWriter;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries out a plan on a model. A pruned weight keeps its place, with zeros. A quantized one
 * becomes an int8 initializer and scales, and nodes in front of all others that yield the float
 * weights under the old name: DequantizeLinear where the model's opset has it with an axis (13),
 * and Cast and Mul, which compute the same, in older ones; so the opset stays as it is and the
 * layers stay untouched. Cast and Mul are also taken where something else than a layer uses the
 * weights, because ONNX Runtime 1.22 aborts the process on a Transpose behind a DequantizeLinear
 * with an axis.
 */
final class ModelRewriter {
  /** First opset whose DequantizeLinear takes a scale for each channel. */
  private static final int PER_AXIS_OPSET = 13;

  /** First version of the format whose initializers need not be inputs. */
  private static final int FREE_INITIALIZERS_IR = 4;

  private final ModelProto.Builder model;
  private final GraphProto.Builder graph;
  private final TensorReader reader;
  private final Set<String> names = new LinkedHashSet<>();
  private final List<TensorProto> newInitializers = new ArrayList<>();
  private final List<NodeProto> newNodes = new ArrayList<>();
  private final Set<String> replaced = new LinkedHashSet<>();
  private final List<TensorReport> reports = new ArrayList<>();

  private ModelRewriter(ModelProto model, TensorReader reader) {
    this.model = model.toBuilder();
    this.graph = this.model.getGraphBuilder();
    this.reader = reader;
    collectNames(model.getGraph());
  }

  /**
   * The model after {@code plan}.
   *
   * @param reports receives an entry for each weight that the plan changes
   */
  static ModelProto rewrite(
      ModelProto model,
      List<Weight> weights,
      CompressionPlan plan,
      TensorReader reader,
      List<TensorReport> reports) {
    ModelRewriter rewriter = new ModelRewriter(model, reader);
    Map<String, TensorProto> pruned = new LinkedHashMap<>();
    for (Weight weight : weights) {
      List<Decision> decisions = plan.of(weight.tensor());
      if (!decisions.isEmpty()) {
        rewriter.apply(weight, decisions, pruned);
      }
    }
    reports.addAll(rewriter.reports);
    return rewriter.build(pruned, plan);
  }

  private void apply(Weight weight, List<Decision> decisions, Map<String, TensorProto> pruned) {
    Tensor before = reader.read(weight.data());
    WeightValues after = WeightValues.of(weight, decisions, reader);
    reports.add(TensorReport.of(weight, before, after));
    if (after.int8().isPresent()) {
      replaced.add(weight.tensor());
      quantized(weight.tensor(), after.int8().get());
    } else {
      pruned.put(weight.tensor(), TensorWriter.write(weight.data().getName(), after.floats()));
    }
  }

  private void quantized(String name, QuantizedWeights weights) {
    String bytes = fresh(name + "_quantized");
    String scale = fresh(name + "_scale");
    newInitializers.add(TensorWriter.write(bytes, weights.values()));
    if (opset() >= PER_AXIS_OPSET && isUsedDirectly(name)) {
      newInitializers.add(TensorWriter.write(scale, weights.scales()));
      NodeProto.Builder node = node("DequantizeLinear", name, bytes, scale);
      if (weights.axis() >= 0) {
        node.addAttribute(integer("axis", weights.axis()));
      }
      newNodes.add(node.build());
    } else {
      newInitializers.add(TensorWriter.write(scale, broadcastable(weights)));
      String cast = fresh(name + "_cast");
      newNodes.add(node("Cast", cast, bytes).addAttribute(integer("to", 1)).build());
      newNodes.add(node("Mul", name, cast, scale).build());
    }
  }

  private boolean isUsedDirectly(String weights) {
    return graph.getNodeList().stream()
        .filter(n -> n.getInputList().contains(weights))
        .allMatch(n -> WeightFinder.LAYERS.contains(n.getOpType()));
  }

  /** The scales with axes of one element behind the channel axis. */
  private static Tensor broadcastable(QuantizedWeights weights) {
    if (weights.axis() < 0) {
      return weights.scales();
    }
    int[] dims = new int[weights.values().shape().rank() - weights.axis()];
    java.util.Arrays.fill(dims, 1);
    dims[0] = weights.scales().size();
    return weights.scales().reshape(dev.coppice.compiler.tensor.Shape.of(dims));
  }

  private ModelProto build(Map<String, TensorProto> pruned, CompressionPlan plan) {
    List<TensorProto> initializers = new ArrayList<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (!replaced.contains(tensor.getName())) {
        initializers.add(pruned.getOrDefault(tensor.getName(), tensor));
      }
    }
    initializers.addAll(newInitializers);
    List<NodeProto> nodes = new ArrayList<>(newNodes);
    for (NodeProto node : graph.getNodeList()) {
      String result = node.getOutputCount() == 0 ? "" : node.getOutput(0);
      if (!replaced.contains(result)) {
        nodes.add(pruned.containsKey(result) ? constant(node, pruned.get(result)) : node);
      }
    }
    graph.clearInitializer().addAllInitializer(initializers);
    graph.clearNode().addAllNode(nodes);
    for (int i = graph.getInputCount() - 1; i >= 0; i--) {
      if (replaced.contains(graph.getInput(i).getName())) {
        graph.removeInput(i);
      }
    }
    if (!newInitializers.isEmpty()) {
      model.setIrVersion(Math.max(model.getIrVersion(), FREE_INITIALIZERS_IR));
    }
    recordPlan(plan);
    return model.build();
  }

  private void recordPlan(CompressionPlan plan) {
    String before = "";
    for (int i = model.getMetadataPropsCount() - 1; i >= 0; i--) {
      if (model.getMetadataProps(i).getKey().equals(Compressor.PLAN_KEY)) {
        before = model.getMetadataProps(i).getValue();
        model.removeMetadataProps(i);
      }
    }
    model.addMetadataPropsBuilder().setKey(Compressor.PLAN_KEY).setValue(before + plan.text());
  }

  private static NodeProto constant(NodeProto node, TensorProto data) {
    NodeProto.Builder out = node.toBuilder();
    for (AttributeProto.Builder attribute : out.getAttributeBuilderList()) {
      if (attribute.getName().equals("value")) {
        attribute.setT(data);
      }
    }
    return out.build();
  }

  private long opset() {
    return model.getOpsetImportList().stream()
        .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
        .mapToLong(o -> o.getVersion())
        .findFirst()
        .orElse(0);
  }

  private NodeProto.Builder node(String op, String result, String... operands) {
    return NodeProto.newBuilder()
        .setName(fresh(result + "/" + op))
        .setOpType(op)
        .addAllInput(List.of(operands))
        .addOutput(result);
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private String fresh(String wanted) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  private void collectNames(GraphProto graph) {
    graph.getInitializerList().forEach(t -> names.add(t.getName()));
    graph.getSparseInitializerList().forEach(t -> names.add(t.getValues().getName()));
    graph.getInputList().forEach(i -> names.add(i.getName()));
    for (NodeProto node : graph.getNodeList()) {
      names.add(node.getName());
      names.addAll(node.getInputList());
      names.addAll(node.getOutputList());
      for (AttributeProto attribute : node.getAttributeList()) {
        collectNames(attribute.getG());
        attribute.getGraphsList().forEach(this::collectNames);
      }
    }
  }
}
