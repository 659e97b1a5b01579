package dev.coppice.compiler.onnx;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model file declares, whether it can be compiled or not.
 *
 * @param producer tool that wrote it, with its version; may be empty
 * @param irVersion version of the file format
 * @param opsets imported opsets by domain, {@code ai.onnx} for the default one
 * @param operators number of nodes by operator, subgraphs included; an operator of another domain
 *     than {@code ai.onnx} is called {@code domain:Name}
 * @param parameters elements of all initializers
 */
public record ModelOverview(
    String producer,
    long irVersion,
    Map<String, Long> opsets,
    Map<String, Integer> operators,
    long parameters) {
  private static final String DEFAULT_DOMAIN = "ai.onnx";

  public ModelOverview {
    opsets = Collections.unmodifiableMap(new TreeMap<>(opsets));
    operators = Collections.unmodifiableMap(new TreeMap<>(operators));
  }

  /** The overview of {@code model}. */
  public static ModelOverview of(ModelProto model) {
    Map<String, Long> opsets = new TreeMap<>();
    model
        .getOpsetImportList()
        .forEach(
            o ->
                opsets.put(
                    o.getDomain().isEmpty() ? DEFAULT_DOMAIN : o.getDomain(), o.getVersion()));
    Map<String, Integer> operators = new TreeMap<>();
    long parameters = 0;
    for (GraphProto graph : graphs(model.getGraph())) {
      for (NodeProto node : graph.getNodeList()) {
        boolean standard = node.getDomain().isEmpty() || node.getDomain().equals(DEFAULT_DOMAIN);
        operators.merge(
            (standard ? "" : node.getDomain() + ":") + node.getOpType(), 1, Integer::sum);
      }
      for (TensorProto t : graph.getInitializerList()) {
        parameters += t.getDimsList().stream().reduce(1L, (a, b) -> a * b);
      }
    }
    String producer = (model.getProducerName() + " " + model.getProducerVersion()).trim();
    return new ModelOverview(producer, model.getIrVersion(), opsets, operators, parameters);
  }

  /** {@code graph} and every subgraph of its nodes. */
  private static List<GraphProto> graphs(GraphProto graph) {
    List<GraphProto> all = new ArrayList<>(List.of(graph));
    for (int i = 0; i < all.size(); i++) {
      for (NodeProto node : all.get(i).getNodeList()) {
        for (AttributeProto a : node.getAttributeList()) {
          if (a.hasG()) {
            all.add(a.getG());
          }
          all.addAll(a.getGraphsList());
        }
      }
    }
    return all;
  }
}
