package dev.coppice.compiler.broken;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.TensorWriter;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;

/** Models that declare types, shapes and attributes that cannot be. */
final class LyingModels {
  private static final long[] SIZES = {
    -1, 3, 1L << 20, 1L << 30, 1L << 31, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private LyingModels() {}

  static List<BrokenFile> all() {
    List<BrokenFile> files = new ArrayList<>();
    tensors(files);
    inputs(files);
    attributes(files);
    graphs(files);
    return files;
  }

  private static void tensors(List<BrokenFile> files) {
    for (int type = 0; type < 40; type++) {
      if (type != DType.FLOAT32.onnxCode()) {
        ModelProto.Builder model = DamagedBytes.network().model(13).toBuilder();
        model.getGraphBuilder().getInitializerBuilder(0).setDataType(type);
        files.add(BrokenFile.of("weights of type " + type, model.build()));
      }
    }
    for (long size : SIZES) {
      for (int axis = 0; axis < 4; axis++) {
        if (size != 3 || axis < 2) {
          ModelProto.Builder model = DamagedBytes.network().model(13).toBuilder();
          model.getGraphBuilder().getInitializerBuilder(0).setDims(axis, size);
          files.add(BrokenFile.of("weights of " + size + " along " + axis, model.build()));
        }
      }
    }
    ModelProto.Builder deep = DamagedBytes.network().model(13).toBuilder();
    for (int i = 0; i < 5000; i++) {
      deep.getGraphBuilder().getInitializerBuilder(0).addDims(1);
    }
    files.add(BrokenFile.of("weights of rank 5004", deep.build()));
    ModelProto.Builder wrapping = DamagedBytes.network().model(13).toBuilder();
    TensorProto.Builder t = wrapping.getGraphBuilder().getInitializerBuilder(0).clearDims();
    for (int i = 0; i < 4; i++) {
      t.addDims(1 << 16);
    }
    files.add(BrokenFile.of("weights of 2 to the 64 elements", wrapping.build()));
    wrapping.getGraphBuilder().getInitializerBuilder(0).clearRawData();
    files.add(BrokenFile.of("the same without data", wrapping.build()));
    ModelProto.Builder both = DamagedBytes.network().model(13).toBuilder();
    both.getGraphBuilder().getInitializerBuilder(0).addFloatData(1);
    files.add(BrokenFile.of("weights with raw and typed data", both.build()));
  }

  private static void inputs(List<BrokenFile> files) {
    for (int type : new int[] {0, 2, 6, 7, 8, 9, 14, 15, 17, 23, 99, -1}) {
      ModelProto.Builder model = DamagedBytes.network().model(13).toBuilder();
      model
          .getGraphBuilder()
          .getInputBuilder(0)
          .getTypeBuilder()
          .getTensorTypeBuilder()
          .setElemType(type);
      files.add(BrokenFile.of("an input of type " + type, model.build()));
    }
    for (long size : SIZES) {
      for (int axis : new int[] {1, 2}) {
        if (axis == 1 || size < 0 || size > 1L << 20) {
          ModelProto.Builder model = DamagedBytes.network().model(13).toBuilder();
          model
              .getGraphBuilder()
              .getInputBuilder(0)
              .getTypeBuilder()
              .getTensorTypeBuilder()
              .getShapeBuilder()
              .getDimBuilder(axis)
              .setDimValue(size);
          files.add(BrokenFile.of("an input of " + size + " along " + axis, model.build()));
        }
      }
    }
  }

  private static void attributes(List<BrokenFile> files) {
    int max = Integer.MAX_VALUE;
    conv(files, attribute("strides", new int[] {0, 0}));
    conv(files, attribute("strides", new int[] {-1, 1}));
    conv(files, attribute("strides", new int[] {1}));
    conv(files, attribute("dilations", new int[] {max, max}));
    conv(files, attribute("dilations", new int[] {0, 1}));
    conv(files, attribute("pads", new int[] {max, max, max, max}));
    conv(files, attribute("pads", new int[] {1 << 14, 1 << 14, 1 << 14, 1 << 14}));
    conv(files, attribute("pads", new int[] {-9, 0, -9, 0}));
    conv(files, attribute("pads", new long[] {Long.MAX_VALUE, 1, 1, 1}));
    conv(files, attribute("pads", new int[] {1}));
    conv(files, attribute("group", 0));
    conv(files, attribute("group", -2));
    conv(files, attribute("group", 3));
    conv(files, attribute("group", Long.MAX_VALUE));
    conv(files, attribute("kernel_shape", new int[] {5, 5}));
    conv(files, attribute("kernel_shape", new int[] {3}));
    conv(files, attribute("auto_pad", "SOME"));
    conv(files, attribute("strides", "two"));
    one(files, "Transpose(x)", attribute("perm", new int[] {0, 0, 1, 2}));
    one(files, "Transpose(x)", attribute("perm", new int[] {0, 1, 2, max}));
    one(files, "Softmax(x)", attribute("axis", 4));
    one(files, "Softmax(x)", attribute("axis", Long.MIN_VALUE));
    one(files, "Flatten(x)", attribute("axis", -9));
    one(files, "Concat(x, x)", attribute("axis", 17));
    one(files, "Concat(x, x)");
    one(files, "Cast(x)", attribute("to", 99));
    one(files, "Cast(x)");
    one(files, "MaxPool(x)");
    one(files, "MaxPool(x)", attribute("kernel_shape", new int[] {9, 9}));
    one(files, "MaxPool(x)", attribute("kernel_shape", new int[] {0, 0}));
    one(files, "AveragePool(x)", attribute("kernel_shape", new int[] {max, max}));
    one(files, "DepthToSpace(x)", attribute("blocksize", 0));
    one(files, "DepthToSpace(x)", attribute("blocksize", max));
    one(files, "ReduceMean(x)", attribute("axes", new int[] {5}));
    one(files, "ReduceMean(x)", attribute("axes", new int[] {1, 1, -3}));
    one(files, "LRN(x)", attribute("size", -1));
    one(files, "Relu(x, x, x)");
    one(files, "Relu()");
    one(files, "MatMul(x, b)");
    one(files, "Gemm(x, x)");
    one(files, "Conv(x)");
    one(files, "Conv(x, b)");
    one(files, "Gather(x, b)");
    one(files, "Reshape(x, b)");
    one(files, "NoSuchOperator(x)");
  }

  private static void conv(List<BrokenFile> files, AttributeProto attribute) {
    one(files, "Conv(x, w)", attribute);
  }

  private static void one(List<BrokenFile> files, String call, AttributeProto... attributes) {
    OnnxModels graph =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 1, 4, 4)
            .output("y")
            .initializer("w", Tensor.ofFloats(Shape.of(2, 1, 3, 3), new float[18]))
            .initializer("b", Tensor.ofFloats(Shape.of(3), 1, 2, 3))
            .node("y = " + call, attributes);
    String name = attributes.length == 0 ? call : call + " " + attributes[0].toString().strip();
    files.add(BrokenFile.of(name.replaceAll("\\s+", " "), graph.model(13)));
  }

  private static OnnxModels graph() {
    return OnnxModels.graph().input("x", DType.FLOAT32, 2).output("y");
  }

  private static void graphs(List<BrokenFile> files) {
    files.add(BrokenFile.of("no graph", ModelProto.newBuilder().setIrVersion(8).build()));
    files.add(BrokenFile.of("no output", OnnxModels.graph().model(13)));
    files.add(BrokenFile.of("an output that nothing computes", graph().model(13)));
    files.add(BrokenFile.of("a node that reads itself", graph().node("y = Relu(y)").model(13)));
    files.add(
        BrokenFile.of(
            "a cycle",
            graph()
                .node("a = Relu(c)")
                .node("b = Relu(a)")
                .node("c = Relu(b)")
                .node("y = Add(c, x)")
                .model(13)));
    files.add(
        BrokenFile.of(
            "two nodes for a value", graph().node("y = Relu(x)").node("y = Neg(x)").model(13)));
    files.add(
        BrokenFile.of(
            "two inputs of a name",
            graph().input("x", DType.FLOAT32, 2).node("y = Neg(x)").model(13)));
    files.add(BrokenFile.of("an unknown operand", graph().node("y = Add(x, gone)").model(13)));
    for (long opset : new long[] {-1, 0, 1, 5, 999, Long.MAX_VALUE}) {
      ModelProto.Builder model = graph().node("y = Neg(x)").model(13).toBuilder();
      model.getOpsetImportBuilder(0).setVersion(opset);
      files.add(BrokenFile.of("opset " + opset, model.build()));
    }
    ModelProto.Builder two = graph().node("y = Neg(x)").model(13).toBuilder();
    two.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(17));
    files.add(BrokenFile.of("two opsets", two.build()));
    two.clearOpsetImport();
    files.add(BrokenFile.of("no opset", two.build()));
    GraphProto.Builder wrong = graph().node("y = Neg(x)").build().toBuilder();
    wrong.setOutput(0, OnnxModels.value("y", DType.FLOAT32, 3));
    files.add(
        BrokenFile.of(
            "an output of another shape",
            graph().node("y = Neg(x)").model(13).toBuilder().setGraph(wrong).build()));
    wrong.setOutput(0, OnnxModels.value("y", DType.INT64, 2));
    files.add(
        BrokenFile.of(
            "an output of another type",
            graph().node("y = Neg(x)").model(13).toBuilder().setGraph(wrong).build()));
    files.add(
        BrokenFile.of(
            "a tensor in segments",
            graph()
                .initializer(
                    TensorWriter.write("s", Tensor.ofFloats(Shape.of(2), 1, 2)).toBuilder()
                        .setSegment(TensorProto.Segment.newBuilder().setBegin(0).setEnd(1))
                        .build())
                .node("y = Add(x, s)")
                .model(13)));
  }
}
