package dev.coppice.compiler.onnx;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A model of one node of com.microsoft with the data of its inputs. */
final class MicrosoftNode {
  private final List<Tensor> data = new ArrayList<>();
  private final OnnxModels graph = OnnxModels.graph();

  private MicrosoftNode() {}

  /** A model without operands yet. */
  static MicrosoftNode given() {
    return new MicrosoftNode();
  }

  /** Normally distributed floats. */
  static Tensor floats(Random r, int... dims) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, dims), i -> 2 * r.nextGaussian());
  }

  /**
   * Integers of 8 bits, half of those of the type, whose pairwise sums of products saturate none.
   */
  static Tensor bytes(Random r, DType dtype, int... dims) {
    return Tensor.fromLongs(
        TensorType.of(dtype, dims), i -> r.nextInt(128) - (dtype == DType.INT8 ? 64 : 0));
  }

  /** Integers of 8 bits, each as likely as any other. */
  static Tensor allBytes(Random r, DType dtype, int... dims) {
    return Tensor.fromLongs(
        TensorType.of(dtype, dims), i -> r.nextInt(256) - (dtype == DType.INT8 ? 128 : 0));
  }

  /** int32 values {@code values} of shape {@code dims}. */
  static Tensor ints(int[] dims, long... values) {
    return Tensor.fromLongs(TensorType.of(DType.INT32, dims), i -> values[i]);
  }

  /** Adds an input of the model. */
  MicrosoftNode input(String name, Tensor value) {
    Object[] dims = Arrays.stream(value.shape().dims()).boxed().toArray();
    graph.input(name, value.dtype(), dims);
    data.add(value);
    return this;
  }

  /** Adds an initializer. */
  MicrosoftNode constant(String name, Tensor value) {
    graph.initializer(name, value);
    return this;
  }

  /** Adds an initializer that is a float. */
  MicrosoftNode scalar(String name, float value) {
    return constant(name, Tensor.scalar(value));
  }

  /** Requires that {@code call} gives integers that ONNX Runtime gives. */
  void exactly(String call, AttributeProto... attributes) {
    within(0, call, attributes);
  }

  /** Requires that {@code call} gives floats close to ONNX Runtime's. */
  void agrees(String call, AttributeProto... attributes) {
    compare(call, 2e-5, 0, attributes);
  }

  /** Requires that {@code call} gives integers {@code steps} from ONNX Runtime's. */
  void within(int steps, String call, AttributeProto... attributes) {
    compare(call, 0, steps, attributes);
  }

  /** Requires floats within {@code tolerance} or integers within {@code steps}. */
  void compare(String call, double tolerance, int steps, AttributeProto... attributes) {
    RuntimeOracle.assertAgrees(
        RuntimeOracle.model(node(call, attributes), operator(call)), data, tolerance, steps);
  }

  /** Requires that {@code call} is refused as no valid node for this reason. */
  void invalid(String call, String problem, AttributeProto... attributes) {
    refused(
        call,
        "[BadNode] m.onnx, node 'y' ("
            + operator(call)
            + "): "
            + problem
            + ". The model is not valid ONNX; re-export it.",
        attributes);
  }

  /** Requires that {@code call} is refused with exactly this text. */
  void refused(String call, String message, AttributeProto... attributes) {
    graph.node(call, attributes).output("y");
    Imports.refused(RuntimeOracle.model(graph, operator(call)), message);
  }

  private OnnxModels node(String call, AttributeProto... attributes) {
    graph.node(call, attributes);
    for (String result : call.substring(0, call.indexOf('=')).split(",")) {
      if (!result.isBlank()) {
        graph.output(result.strip());
      }
    }
    return graph;
  }

  private static String operator(String call) {
    return call.substring(call.indexOf('=') + 1, call.indexOf('(')).strip();
  }
}
