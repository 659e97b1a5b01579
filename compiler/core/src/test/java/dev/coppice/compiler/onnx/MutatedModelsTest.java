package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.GraphVerifier;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.TensorWriter;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a model file is damaged, it is imported or refused with diagnostics, soon and without
 * exhausting memory.
 */
final class MutatedModelsTest {
  private static final List<String> NAMES = OperatorDomains.names(OperatorDomains.ONNX);

  private static final int MUTANTS = Integer.getInteger("coppice.mutants", 2500);
  private static final ImportLimits LIMITS =
      ImportLimits.defaults().withConstantBytes(1 << 20).withFoldingSteps(10_000_000);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void damagedBytesAreImportedOrRefused(int model) {
    List<byte[]> originals = models().stream().map(ModelProto::toByteArray).toList();
    SplittableRandom random = new SplittableRandom(20240 + model);
    check(() -> mutate(originals.get(model), originals, random));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void wrongModelsAreImportedOrRefused(int model) {
    ModelProto original = models().get(model);
    SplittableRandom random = new SplittableRandom(4711 + model);
    check(() -> mutate(original, random).toByteArray());
  }

  private static List<ModelProto> models() {
    return List.of(network(), shapes(), branches(), pools());
  }

  private static void check(Supplier<byte[]> mutants) {
    int[] imported = new int[1];
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          for (int i = 0; i < MUTANTS; i++) {
            imported[0] += imports(mutants.get()) ? 1 : 0;
          }
        });
    assertTrue(imported[0] > MUTANTS / 100, "some mutants are still models: " + imported[0]);
    assertTrue(imported[0] < MUTANTS, "some mutants are not: " + imported[0]);
  }

  private static boolean imports(byte[] bytes) {
    try {
      ModelProto model = OnnxFile.parse(bytes, "m.onnx", LIMITS);
      GraphVerifier.verify(
          OnnxImporter.importModel(
              model,
              new ImportOptions(Map.of(), Map.of(), "m.onnx", LIMITS),
              new DiagnosticSink()));
      return true;
    } catch (CompileException e) {
      assertTrue(e.diagnostics().size() > 0);
      return false;
    } catch (RuntimeException | Error e) {
      return fail("mutant " + HexFormat.of().formatHex(bytes), e);
    }
  }

  private static byte[] mutate(byte[] original, List<byte[]> all, SplittableRandom random) {
    byte[] bytes = original.clone();
    switch (random.nextInt(9)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> bytes = splice(bytes, all.get(random.nextInt(all.size())), random);
      case 2 -> bytes = splice(bytes, bytes, random);
      default -> {
        // One or a few bits or bytes change in place.
      }
    }
    int changes = random.nextInt(1, 4);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      bytes[at] =
          (byte) (random.nextBoolean() ? bytes[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
    }
    return bytes;
  }

  /** One or two fields with other values: still a model, hardly a valid one. */
  private static ModelProto mutate(ModelProto original, SplittableRandom random) {
    ModelProto.Builder model = original.toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    for (int i = random.nextInt(2); i >= 0; i--) {
      NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
      switch (random.nextInt(6)) {
        case 0 -> node.setOpType(NAMES.get(random.nextInt(NAMES.size())));
        case 1 -> {
          if (node.getInputCount() > 0) {
            node.setInput(random.nextInt(node.getInputCount()), name(graph, random));
          }
        }
        case 2 -> node.addInput(name(graph, random));
        case 3 -> mutateAttribute(node, random);
        case 4 -> mutateConstant(graph, random);
        default -> model.getOpsetImportBuilder(0).setVersion(random.nextInt(6, 29));
      }
    }
    return model.build();
  }

  private static long extreme(SplittableRandom random) {
    long[] values = {
      -1,
      0,
      1,
      2,
      3,
      -2,
      7,
      1 << 20,
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      Long.MAX_VALUE,
      Long.MIN_VALUE
    };
    return values[random.nextInt(values.length)];
  }

  private static String name(GraphProto.Builder graph, SplittableRandom random) {
    int i = random.nextInt(graph.getNodeCount() + graph.getInitializerCount() + 2);
    if (i < graph.getNodeCount()) {
      return graph.getNode(i).getOutput(0);
    }
    i -= graph.getNodeCount();
    return i < graph.getInitializerCount()
        ? graph.getInitializer(i).getName()
        : i == graph.getInitializerCount() ? "" : graph.getInput(0).getName();
  }

  private static void mutateAttribute(NodeProto.Builder node, SplittableRandom random) {
    if (node.getAttributeCount() == 0) {
      node.addAttribute(attribute("axis", extreme(random)));
      return;
    }
    AttributeProto.Builder a = node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
    switch (random.nextInt(3)) {
      case 0 -> a.addInts(extreme(random));
      case 1 -> {
        if (a.getIntsCount() > 0) {
          a.setInts(random.nextInt(a.getIntsCount()), extreme(random));
        }
      }
      default -> a.setI(extreme(random)).setF(extreme(random));
    }
  }

  private static void mutateConstant(GraphProto.Builder graph, SplittableRandom random) {
    TensorProto.Builder t =
        graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
    if (random.nextBoolean() && t.getDimsCount() > 0) {
      t.setDims(random.nextInt(t.getDimsCount()), extreme(random));
    } else if (t.getDataType() == DType.INT64.onnxCode()) {
      long[] values = new long[t.getRawData().size() / 8];
      Arrays.setAll(values, i -> extreme(random));
      t.setRawData(TensorWriter.write("", longs(values)).getRawData());
    } else {
      t.setDataType(random.nextInt(18));
    }
  }

  /** The beginning of {@code a} and some of {@code b}. */
  private static byte[] splice(byte[] a, byte[] b, SplittableRandom random) {
    int head = random.nextInt(a.length);
    int from = random.nextInt(b.length);
    int length = random.nextInt(b.length - from);
    byte[] bytes = Arrays.copyOf(a, head + length);
    System.arraycopy(b, from, bytes, head, length);
    return bytes;
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  private static ModelProto network() {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, "N", 1, 4, 4)
        .output("y", DType.FLOAT32, "N", 2)
        .initializer("w", Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 2, 1, 3, 3), i -> i))
        .initializer("fc", Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 2, 8), i -> i))
        .initializer("b", Tensor.ofFloats(Shape.of(2), 1, 2))
        .node(
            "c = Conv(x, w, b)",
            attribute("pads", new int[] {1, 1, 1, 1}),
            attribute("strides", new int[] {2, 2}))
        .node("r = Relu(c)")
        .node("f = Flatten(r)")
        .node("g = Gemm(f, fc, b)", attribute("transB", 1), attribute("alpha", 0.5f))
        .node("y = Softmax(g)", attribute("axis", 1))
        .model(13);
  }

  private static ModelProto shapes() {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 2, 3, 4)
        .output("y")
        .output("z")
        .initializer("one", longs(1))
        .initializer("end", longs(3))
        .node("s = Shape(x)")
        .node("t = Slice(s, one, end)")
        .node("rest = Constant()", attribute("value_ints", new int[] {-1}))
        .node("u = Concat(t, rest)", attribute("axis", 0))
        .node("y = Reshape(x, u)")
        .node("v = ConstantOfShape(t)", attribute("value", Tensor.ofFloats(Shape.of(1), 2)))
        .node("p = Tile(v, t)")
        .node("e = Expand(one, t)")
        .node("q = Cast(e)", attribute("to", 1))
        .node("z = Pad(q, pads)")
        .initializer("pads", longs(0, 1, 2, 0))
        .model(13);
  }

  private static ModelProto branches() {
    OnnxModels yes =
        OnnxModels.graph().initializer("k", Tensor.scalar(2)).node("a = Mul(x, k)").output("a");
    OnnxModels no = OnnxModels.graph().node("b = Neg(x)").output("b");
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 2)
        .output("y")
        .sparse(
            SparseTensorProto.newBuilder()
                .setValues(TensorWriter.write("sparse", Tensor.ofFloats(Shape.of(1), 3)))
                .setIndices(TensorWriter.write("", longs(1)))
                .addDims(2)
                .build())
        .initializer("c", Tensor.splatLong(TensorType.of(DType.BOOL), 1))
        .node("i = If(c)", attribute("then_branch", yes), attribute("else_branch", no))
        .node("y = Add(i, sparse)")
        .model(16);
  }

  private static ModelProto pools() {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1, 2, 6, 6)
        .output("y")
        .node(
            "a = MaxPool(x)",
            attribute("kernel_shape", new int[] {3, 3}),
            attribute("strides", new int[] {2, 2}),
            attribute("ceil_mode", 1))
        .node("b, c = Split(a)", attribute("axis", 1))
        .node("d = Transpose(b)", attribute("perm", new int[] {0, 1, 3, 2}))
        .node("e = Sum(d, c, b)")
        .initializer("scales", Tensor.ofFloats(Shape.of(4), 1, 1, 2, 2))
        .node("f = Resize(e, , scales)", attribute("mode", "linear"))
        .initializer("from", Tensor.scalar(0))
        .initializer("to", Tensor.scalar(6))
        .initializer("by", Tensor.scalar(1))
        .node("g = Range(from, to, by)")
        .node("h = Add(f, g)")
        .node("y = ReduceMean(h)", attribute("axes", new int[] {2, 3}))
        .model(13);
  }
}
