package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.onnx.wire.proto.StringStringEntryProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A model but for its nodes and constants: what it takes and delivers, versions, metadata. */
final class ModelShell {
  /** First version of the format whose initializers need not be inputs. */
  private static final int FREE_INITIALIZERS_IR = 4;

  private final ModelProto proto;
  private final int opset;
  private final List<String> inputs;
  private final List<String> outputs;

  private ModelShell(ModelProto proto, int opset) {
    this.proto = proto;
    this.opset = opset;
    this.inputs = names(proto.getGraph().getInputList());
    this.outputs = names(proto.getGraph().getOutputList());
  }

  /** The shell of {@code model}; initializers are no inputs of it, and declared types are gone. */
  static ModelShell of(ModelProto model) {
    GraphProto graph = model.getGraph();
    Set<String> constants =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    GraphProto.Builder shell =
        graph.toBuilder().clearNode().clearInitializer().clearInput().clearValueInfo();
    graph.getInputList().stream()
        .filter(i -> !constants.contains(i.getName()))
        .forEach(shell::addInput);
    int opset =
        model.getOpsetImportList().stream()
            .filter(ModelShell::isStandard)
            .mapToInt(o -> Math.toIntExact(o.getVersion()))
            .findFirst()
            .orElse(OnnxImporter.NEWEST_OPSET);
    return new ModelShell(model.toBuilder().setGraph(shell).build(), opset);
  }

  /** The version of {@code ai.onnx} that the nodes are written in. */
  int opset() {
    return opset;
  }

  /** The same for nodes that are written in {@code version} of {@code ai.onnx}. */
  ModelShell withOpset(int version) {
    return new ModelShell(proto, version);
  }

  /** Names of the inputs, in order. */
  List<String> inputs() {
    return inputs;
  }

  /** Names of the outputs, in order. */
  List<String> outputs() {
    return outputs;
  }

  /** The same with other inputs and outputs. */
  ModelShell with(List<ValueInfoProto> given, List<ValueInfoProto> results) {
    GraphProto.Builder graph = proto.getGraph().toBuilder().clearInput().clearOutput();
    graph.addAllInput(given).addAllOutput(results);
    return new ModelShell(proto.toBuilder().setGraph(graph).build(), opset);
  }

  /** The text that the metadata has under {@code key}. */
  Optional<String> metadata(String key) {
    return proto.getMetadataPropsList().stream()
        .filter(p -> p.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst();
  }

  /** The same with {@code text} under {@code key}. */
  ModelShell withMetadata(String key, String text) {
    List<StringStringEntryProto> others =
        proto.getMetadataPropsList().stream().filter(p -> !p.getKey().equals(key)).toList();
    return new ModelShell(
        proto.toBuilder()
            .clearMetadataProps()
            .addAllMetadataProps(others)
            .addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(text).build())
            .build(),
        opset);
  }

  /**
   * The whole model.
   *
   * @param taps what it delivers beside its outputs
   */
  ModelProto filled(
      List<NodeProto> nodes, List<TensorProto> initializers, List<ValueInfoProto> taps) {
    ModelProto.Builder model = proto.toBuilder();
    model.getGraphBuilder().addAllNode(nodes).addAllInitializer(initializers).addAllOutput(taps);
    model.setIrVersion(Math.max(model.getIrVersion(), FREE_INITIALIZERS_IR));
    for (int i = 0; i < model.getOpsetImportCount(); i++) {
      OperatorSetIdProto set = model.getOpsetImport(i);
      if (isStandard(set)) {
        model.setOpsetImport(i, set.toBuilder().setVersion(opset));
      }
    }
    return model.build();
  }

  private static boolean isStandard(OperatorSetIdProto set) {
    return set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx");
  }

  private static List<String> names(List<ValueInfoProto> values) {
    return values.stream().map(ValueInfoProto::getName).toList();
  }
}
