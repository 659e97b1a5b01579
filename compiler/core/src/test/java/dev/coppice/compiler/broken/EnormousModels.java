package dev.coppice.compiler.broken;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.TensorWriter;
import dev.coppice.compiler.onnx.wire.proto.FunctionProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;

/** Small files that ask for very much: of memory, of time, or of stack. */
final class EnormousModels {
  private EnormousModels() {}

  static List<BrokenFile> all() {
    List<BrokenFile> files = new ArrayList<>();
    constants(files);
    sparse(files);
    functions(files);
    subgraphs(files);
    return files;
  }

  private static OnnxModels graph() {
    return OnnxModels.graph().input("x", DType.FLOAT32, 2).output("y");
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  private static Tensor count(long value) {
    return Tensor.ofLongs(Shape.SCALAR, value);
  }

  private static void constants(List<BrokenFile> files) {
    long[][] shapes = {
      {1L << 20, 1L << 20},
      {Long.MAX_VALUE},
      {-5},
      {1L << 31},
      {1 << 16, 1 << 16, 1 << 16, 1 << 16}
    };
    for (long[] shape : shapes) {
      for (String call : List.of("ConstantOfShape(s)", "Expand(one, s)", "Reshape(one, s)")) {
        files.add(
            BrokenFile.of(
                call + " of " + longs(shape),
                graph()
                    .initializer("s", longs(shape))
                    .initializer("one", Tensor.ofFloats(Shape.of(1), 1))
                    .node("c = " + call)
                    .node("m = ReduceMax(c)", attribute("keepdims", 0))
                    .node("y = Add(x, m)")
                    .model(13)));
      }
    }
    for (long n : new long[] {1L << 20, 1L << 31, Long.MAX_VALUE, -1}) {
      files.add(
          BrokenFile.of(
              "Tile by " + n,
              graph()
                  .initializer("n", longs(n, n))
                  .initializer("c", longs(1, 2).reshape(Shape.of(1, 2)))
                  .node("t = Tile(c, n)")
                  .node("f = Cast(t)", attribute("to", 1))
                  .node("m = ReduceMax(f)")
                  .node("y = Add(x, m)")
                  .model(13)));
    }
    for (long n : new long[] {1L << 31, Long.MAX_VALUE}) {
      files.add(
          BrokenFile.of(
              "Range to " + n,
              graph()
                  .initializer("a", count(0))
                  .initializer("b", count(n))
                  .initializer("d", count(1))
                  .node("r = Range(a, b, d)")
                  .node("f = Cast(r)", attribute("to", 1))
                  .node("m = ReduceMax(f)", attribute("keepdims", 0))
                  .node("y = Add(x, m)")
                  .model(13)));
    }
    for (long n : new long[] {1L << 30, Long.MAX_VALUE, Long.MIN_VALUE, -3}) {
      files.add(
          BrokenFile.of(
              "Pad by " + n,
              graph().initializer("p", longs(n, n)).node("y = Pad(x, p)").model(13)));
    }
    for (boolean constant : new boolean[] {true, false}) {
      OnnxModels g = graph().initializer("c0", Tensor.ofFloats(Shape.of(2), 1, 2));
      String first = constant ? "c0" : "x";
      for (int i = 1; i <= 60; i++) {
        String operand = i == 1 ? first : "d" + (i - 1);
        g.node("d" + i + " = Concat(" + operand + ", " + operand + ")", attribute("axis", 0));
      }
      files.add(
          BrokenFile.of(
              "60 doublings of " + first,
              g.node("m = ReduceMax(d60)").node("y = Add(x, m)").model(13)));
    }
    for (float scale : new float[] {1e9f, 1e30f, Float.NaN, -1, 0, Float.POSITIVE_INFINITY}) {
      files.add(
          BrokenFile.of(
              "Resize by " + scale,
              OnnxModels.graph()
                  .input("x", DType.FLOAT32, 1, 1, 4, 4)
                  .output("y")
                  .initializer("s", Tensor.ofFloats(Shape.of(4), 1, 1, scale, scale))
                  .node("y = Resize(x, , s)")
                  .model(13)));
    }
  }

  private static SparseTensorProto sparse(Tensor values, Tensor indices, long... dims) {
    SparseTensorProto.Builder t =
        SparseTensorProto.newBuilder()
            .setValues(TensorWriter.write("s", values))
            .setIndices(TensorWriter.write("", indices));
    for (long d : dims) {
      t.addDims(d);
    }
    return t.build();
  }

  private static void sparse(List<BrokenFile> files) {
    Tensor one = Tensor.ofFloats(Shape.of(1), 1);
    Object[][] cases = {
      {"2 GiB", sparse(one, longs(0), 1 << 29)},
      {"4 EiB", sparse(one, longs(0), 1L << 30, 1L << 30)},
      {"an overflow", sparse(one, longs(0), 1L << 32, 1L << 32)},
      {"negative size", sparse(one, longs(0), -4)},
      {"1 GiB in a square", sparse(one, longs(0), 1 << 14, 1 << 14)},
      {"an index outside", sparse(one, longs(4), 4)},
      {"a negative index", sparse(one, longs(-1), 4)},
      {"a huge index", sparse(one, longs(Long.MAX_VALUE), 4)},
      {"too few indices", sparse(Tensor.ofFloats(Shape.of(2), 1, 2), longs(0), 4)},
      {"float indices", sparse(one, one, 4)},
      {"values of rank 2", sparse(one.reshape(Shape.of(1, 1)), longs(0), 4)},
    };
    for (Object[] c : cases) {
      files.add(
          BrokenFile.of(
              "a sparse tensor with " + c[0],
              graph()
                  .sparse((SparseTensorProto) c[1])
                  .node("m = ReduceMax(s)")
                  .node("y = Add(x, m)")
                  .model(13)));
    }
    OnnxModels many = graph();
    StringBuilder sum = new StringBuilder("x");
    for (int i = 0; i < 40; i++) {
      SparseTensorProto.Builder t = sparse(one, longs(0), 1 << 23).toBuilder();
      t.getValuesBuilder().setName("s" + i);
      many.sparse(t.build()).node("m" + i + " = ReduceMax(s" + i + ")");
      sum.append(", m").append(i);
    }
    files.add(
        BrokenFile.of("40 sparse tensors of 32 MiB", many.node("y = Sum(" + sum + ")").model(13)));
  }

  private static FunctionProto function(String name, NodeProto... nodes) {
    FunctionProto.Builder f =
        FunctionProto.newBuilder().setName(name).setDomain("own").addInput("a").addOutput("b");
    for (NodeProto n : nodes) {
      f.addNode(n);
    }
    return f.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1))
        .build();
  }

  private static NodeProto call(String call) {
    return OnnxModels.nodeOf("", call).toBuilder().setDomain("own").build();
  }

  private static BrokenFile functions(String name, String first, List<FunctionProto> functions) {
    ModelProto.Builder model = graph().node(call("y = " + first + "(x)")).model(13).toBuilder();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1));
    return BrokenFile.of(name, model.addAllFunctions(functions).build());
  }

  private static void functions(List<BrokenFile> files) {
    files.add(
        functions("a function that calls itself", "F", List.of(function("F", call("b = F(a)")))));
    files.add(
        functions(
            "functions that call each other",
            "F",
            List.of(function("F", call("b = G(a)")), function("G", call("b = F(a)")))));
    List<FunctionProto> doubling = new ArrayList<>();
    doubling.add(function("F0", OnnxModels.nodeOf("", "b = Neg(a)")));
    for (int i = 1; i <= 40; i++) {
      String f = "F" + (i - 1);
      doubling.add(function("F" + i, call("c = " + f + "(a)"), call("b = " + f + "(c)")));
    }
    files.add(functions("functions that expand to 2 to the 40 nodes", "F40", doubling));
    List<FunctionProto> chain = new ArrayList<>();
    chain.add(function("F0", OnnxModels.nodeOf("", "b = Nothing(a)")));
    for (int i = 1; i <= 20_000; i++) {
      chain.add(function("F" + i, call("b = F" + (i - 1) + "(a)")));
    }
    files.add(functions("20000 functions in a chain", "F20000", chain));
    files.add(functions("a function that is not there", "F", List.of()));
    files.add(
        functions(
            "a function defined twice",
            "F",
            List.of(
                function("F", OnnxModels.nodeOf("", "b = Neg(a)")),
                function("F", OnnxModels.nodeOf("", "b = Abs(a)")))));
    files.add(functions("a function without a body", "F", List.of(function("F"))));
  }

  private static void subgraphs(List<BrokenFile> files) {
    for (int depth : new int[] {40, 400}) {
      OnnxModels inner = OnnxModels.graph().node("t = Neg(x)").output("t");
      for (int i = 0; i < depth; i++) {
        inner =
            OnnxModels.graph()
                .node(
                    "t = If(k)",
                    attribute("then_branch", inner),
                    attribute("else_branch", OnnxModels.graph().node("t = Neg(x)").output("t")))
                .output("t");
      }
      files.add(
          BrokenFile.of(
              depth + " branches within branches",
              graph()
                  .initializer("k", Tensor.splatLong(TensorType.of(DType.BOOL), 1))
                  .node(
                      "y = If(k)",
                      attribute("then_branch", inner),
                      attribute("else_branch", OnnxModels.graph().node("t = Neg(x)").output("t")))
                  .model(13)));
    }
    files.add(
        BrokenFile.of(
            "a branch without a graph",
            graph()
                .initializer("k", Tensor.splatLong(TensorType.of(DType.BOOL), 1))
                .node("y = If(k)")
                .model(13)));
    for (long n : new long[] {1L << 33, Long.MAX_VALUE}) {
      OnnxModels body =
          OnnxModels.graph()
              .input("i", DType.INT64)
              .input("go", DType.BOOL)
              .input("v", DType.FLOAT32, 2)
              .node("more = Identity(go)")
              .node("w = Neg(v)")
              .node("row = Abs(v)")
              .output("more")
              .output("w")
              .output("row");
      files.add(
          BrokenFile.of(
              "a loop of " + n + " rows",
              graph()
                  .initializer("n", count(n))
                  .initializer("k", Tensor.splatLong(TensorType.of(DType.BOOL), 1))
                  .node("last, rows = Loop(n, k, x)", attribute("body", body))
                  .node("m = ReduceMax(rows)", attribute("keepdims", 0))
                  .node("y = Add(x, m)")
                  .model(13)));
    }
  }
}
