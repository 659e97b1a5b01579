package dev.coppice.compiler.testing;

import com.google.protobuf.ByteString;
import dev.coppice.compiler.onnx.wire.TensorWriter;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto.AttributeType;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.onnx.wire.proto.TensorShapeProto;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;

/** Builds small ONNX models for tests. */
public final class OnnxModels {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");

  private OnnxModels() {}

  /** A builder of a graph. */
  public static OnnxModels graph() {
    return new OnnxModels();
  }

  /**
   * A graph input or output of type {@code dtype}; dimensions are sizes, symbols, or "" when
   * unknown.
   */
  public static ValueInfoProto value(String name, DType dtype, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dim : dims) {
      TensorShapeProto.Dimension.Builder d = shape.addDimBuilder();
      if (dim instanceof Number size) {
        d.setDimValue(size.longValue());
      } else if (!dim.equals("")) {
        d.setDimParam((String) dim);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(dtype.onnxCode()).setShape(shape)))
        .build();
  }

  /** An attribute; its type follows from the value's. */
  public static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
    if (value instanceof Integer || value instanceof Long) {
      a.setType(AttributeType.INT).setI(((Number) value).longValue());
    } else if (value instanceof Float f) {
      a.setType(AttributeType.FLOAT).setF(f);
    } else if (value instanceof String s) {
      a.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
    } else if (value instanceof int[] ints) {
      a.setType(AttributeType.INTS);
      Arrays.stream(ints).forEach(a::addInts);
    } else if (value instanceof long[] longs) {
      a.setType(AttributeType.INTS);
      Arrays.stream(longs).forEach(a::addInts);
    } else if (value instanceof float[] floats) {
      a.setType(AttributeType.FLOATS);
      for (float f : floats) {
        a.addFloats(f);
      }
    } else if (value instanceof String[] texts) {
      a.setType(AttributeType.STRINGS);
      Arrays.stream(texts).map(ByteString::copyFromUtf8).forEach(a::addStrings);
    } else if (value instanceof Tensor t) {
      a.setType(AttributeType.TENSOR).setT(TensorWriter.write("", t));
    } else if (value instanceof TensorProto t) {
      a.setType(AttributeType.TENSOR).setT(t);
    } else if (value instanceof SparseTensorProto t) {
      a.setType(AttributeType.SPARSE_TENSOR).setSparseTensor(t);
    } else if (value instanceof OnnxModels g) {
      a.setType(AttributeType.GRAPH).setG(g.build());
    } else {
      throw new IllegalArgumentException("no attribute type for " + value);
    }
    return a.build();
  }

  /** Adds an input; see {@link #value}. */
  public OnnxModels input(String name, DType dtype, Object... dims) {
    graph.addInput(value(name, dtype, dims));
    return this;
  }

  /** Adds an input as a message. */
  public OnnxModels input(ValueInfoProto input) {
    graph.addInput(input);
    return this;
  }

  /** Adds an output; see {@link #value}. */
  public OnnxModels output(String name, DType dtype, Object... dims) {
    graph.addOutput(value(name, dtype, dims));
    return this;
  }

  /** Declares the type of a value within; see {@link #value(String, DType, Object...)}. */
  public OnnxModels declared(String name, DType dtype, Object... dims) {
    graph.addValueInfo(value(name, dtype, dims));
    return this;
  }

  /** Adds an output as a message. */
  public OnnxModels output(ValueInfoProto output) {
    graph.addOutput(output);
    return this;
  }

  /** Adds an output that declares no type. */
  public OnnxModels output(String name) {
    graph.addOutput(ValueInfoProto.newBuilder().setName(name));
    return this;
  }

  /** Adds an initializer. */
  public OnnxModels initializer(String name, Tensor data) {
    graph.addInitializer(TensorWriter.write(name, data));
    return this;
  }

  /** Adds an initializer as a message. */
  public OnnxModels initializer(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** Adds a sparse initializer. */
  public OnnxModels sparse(SparseTensorProto tensor) {
    graph.addSparseInitializer(tensor);
    return this;
  }

  /**
   * Adds a node.
   *
   * @param call what it computes, such as {@code "y = Conv(x, w, b)"}; an empty operand or result
   *     is absent
   */
  public OnnxModels node(String name, String call, AttributeProto... attributes) {
    graph.addNode(nodeOf(name, call, attributes));
    return this;
  }

  /**
   * Adds a node that is named after its first result; see {@link #node(String, String,
   * AttributeProto...)}.
   */
  public OnnxModels node(String call, AttributeProto... attributes) {
    return node("", call, attributes);
  }

  /** Adds a node as a message. */
  public OnnxModels node(NodeProto node) {
    graph.addNode(node);
    return this;
  }

  /** A node as a message; see {@link #node(String, String, AttributeProto...)}. */
  public static NodeProto nodeOf(String name, String call, AttributeProto... attributes) {
    int equals = call.indexOf('=');
    int open = call.indexOf('(');
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setName(name)
            .setOpType(call.substring(equals + 1, open).strip())
            .addAllAttribute(Arrays.asList(attributes));
    String operands = call.substring(open + 1, call.lastIndexOf(')'));
    if (!operands.isBlank()) {
      Arrays.stream(operands.split(",", -1)).map(String::strip).forEach(node::addInput);
    }
    Arrays.stream(call.substring(0, equals).split(",", -1))
        .map(String::strip)
        .forEach(node::addOutput);
    return node.build();
  }

  /** The graph. */
  public GraphProto build() {
    return graph.build();
  }

  /** The graph as a model of opset {@code opset}. */
  public ModelProto model(int opset) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build();
  }
}
