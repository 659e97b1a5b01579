package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.TensorWriter;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.onnx.wire.proto.TensorShapeProto;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a node that only moves elements on labels: each result tells where its elements are from.
 */
final class MovedLabels {
  /** The label of an element that is not from the operand, but from padding. */
  static final int NONE = -1;

  private static final int IR_VERSION = 8;

  private MovedLabels() {}

  /**
   * The results of {@code node}, by name, for an operand whose elements are the labels at their
   * index along the axis.
   */
  static Map<String, Tensor> run(NodeProto node, LabelledAxis axis, OnnxGraph graph) {
    Shape shape = graph.shape(node.getInput(0));
    int stride = shape.strides()[axis.axis()];
    int[] labels = axis.labels();
    Tensor ids =
        Tensor.fromDoubles(
            new TensorType(DType.FLOAT32, shape), i -> labels[i / stride % labels.length]);
    Graph one =
        OnnxImporter.importModel(
            model(node, shape, graph), ImportOptions.of(graph.name()), new DiagnosticSink());
    List<Tensor> results = new ReferenceInterpreter(one).run(List.of(ids));
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      named.put(one.outputs().get(i).name(), results.get(i));
    }
    return named;
  }

  private static ModelProto model(NodeProto node, Shape shape, OnnxGraph graph) {
    GraphProto.Builder made = GraphProto.newBuilder().setName("labels");
    NodeProto marked = node;
    if (Nodes.is(node, "Pad")) {
      marked =
          graph.opset() < PadRewrite.OPERANDS
              ? Nodes.with(node, Nodes.number("value", NONE))
              : Nodes.withInput(node, 2, "padding:" + node.getInput(0));
      made.addInitializer(TensorWriter.write("padding:" + node.getInput(0), Tensor.scalar(NONE)));
    }
    for (int i = 1; i < node.getInputCount(); i++) {
      String name = node.getInput(i);
      if (!name.isEmpty() && marked.getInput(i).equals(name)) {
        made.addInitializer(TensorWriter.write(name, graph.known(name).orElseThrow()));
      }
    }
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (int dim : shape.dims()) {
      dims.addDimBuilder().setDimValue(dim);
    }
    made.addNode(marked)
        .addInput(
            ValueInfoProto.newBuilder()
                .setName(node.getInput(0))
                .setType(
                    TypeProto.newBuilder()
                        .setTensorType(
                            TypeProto.Tensor.newBuilder()
                                .setElemType(DType.FLOAT32.onnxCode())
                                .setShape(dims))));
    for (String output : node.getOutputList()) {
      if (!output.isEmpty()) {
        made.addOutput(ValueInfoProto.newBuilder().setName(output));
      }
    }
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(graph.opset()))
        .setGraph(made)
        .build();
  }
}
