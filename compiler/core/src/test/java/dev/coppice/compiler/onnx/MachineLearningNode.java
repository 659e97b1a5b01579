package dev.coppice.compiler.onnx;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Models of one operator of ai.onnx.ml. */
final class MachineLearningNode {
  private MachineLearningNode() {}

  /** {@code call} on inputs {@code x0 ..} of types {@code inputs}, with outputs {@code y0 ..}. */
  static ModelProto model(
      String name,
      int opset,
      List<TensorType> inputs,
      List<TensorType> outputs,
      List<AttributeProto> attributes) {
    OnnxModels g = OnnxModels.graph();
    StringBuilder call = new StringBuilder();
    for (int i = 0; i < outputs.size(); i++) {
      g.output("y" + i, outputs.get(i).dtype(), dims(outputs.get(i)));
      call.append(i == 0 ? "y0" : ", y" + i);
    }
    call.append(" = ").append(name).append('(');
    for (int i = 0; i < inputs.size(); i++) {
      g.input("x" + i, inputs.get(i).dtype(), dims(inputs.get(i)));
      call.append(i == 0 ? "x0" : ", x" + i);
    }
    g.node(call.append(')').toString(), attributes.toArray(AttributeProto[]::new));
    ModelProto.Builder model = g.model(17).toBuilder();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(opset));
    model.getGraphBuilder().getNodeBuilder(0).setDomain("ai.onnx.ml");
    return model.build();
  }

  private static Object[] dims(TensorType type) {
    return Arrays.stream(type.shape().dims()).boxed().toArray();
  }

  /** Seeded quarters between -2 and 2, with NaN among them if asked for. */
  static Tensor quarters(long seed, DType dtype, boolean nan, int... dims) {
    Random r = new Random(seed);
    if (!dtype.isFloat()) {
      return Tensor.fromLongs(TensorType.of(dtype, dims), i -> r.nextInt(5) - 2);
    }
    return Tensor.fromDoubles(
        TensorType.of(dtype, dims),
        i -> nan && r.nextInt(8) == 0 ? Double.NaN : (r.nextInt(17) - 8) / 4.0);
  }
}
