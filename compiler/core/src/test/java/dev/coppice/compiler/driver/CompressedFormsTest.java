package dev.coppice.compiler.driver;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.emit.GeneratedModel.Resource;
import dev.coppice.compiler.emit.weights.StoredTensor;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compressed models are plain ONNX: what they look up, dequantize and cast is folded into weights,
 * and these are stored in the few bytes that they have in the model.
 */
final class CompressedFormsTest {
  private static final int OC = 24;
  private static final int IC = 32;

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void codebooksOfConvolutions(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("book", floats(16, 1));
    g.initializer("i", integers(DType.UINT8, 0, 15, 2, OC, IC, 1, 1));
    g.node("j = Cast(i)", attribute("to", DType.INT32.onnxCode())).node("w = Gather(book, j)");
    StoredTensor w = check(conv(g).model(17), backend, "codebook of 16, 4 bits");
    assertEquals(4L * OC * IC, w.bits().values());
    assertEquals(8 * (2 + 16 * 4), w.bits().codebook());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector"})
  void codebooksBeforeBatchNormalizations(String backend) {
    OnnxModels g =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 48, 8, 8)
            .output("y", DType.FLOAT32, 1, 40, 8, 8);
    g.initializer("book", floats(16, 1));
    g.initializer("i", integers(DType.INT32, 0, 15, 2, 40, 48, 1, 1)).node("w = Gather(book, i)");
    g.initializer("gamma", floats(40, 3)).initializer("beta", floats(40, 4));
    g.initializer("mean", floats(40, 5)).initializer("var", scales(6, 40));
    g.node("c = Conv(x, w)").node("y = BatchNormalization(c, gamma, beta, mean, var)");
    StoredTensor w = check(g.model(17), backend, "codebook of 16, 4 bits, ");
    assertEquals(4L * 40 * 48, w.bits().values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector"})
  void codebooksOfConvolutionsWithFewerProducts(String backend) {
    OnnxModels g =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 48, 24, 24)
            .output("y", DType.FLOAT32, 1, 40, 24, 24);
    g.initializer("book", floats(32, 1));
    g.initializer("i", integers(DType.INT32, 0, 31, 2, 40, 48, 3, 3)).node("w = Gather(book, i)");
    g.node("y = Conv(x, w)", attribute("pads", new int[] {1, 1, 1, 1}));
    StoredTensor w = check(g.model(17), backend, "codebook of 32, 5 bits");
    // Winograd's weights are made of them when an instance is made.
    assertTrue(w.elements() >= 40 * 48 * 9 && w.elements() <= 48 * 48 * 9, w.toString());
    assertEquals(5L * w.elements(), w.bits().values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void codebooksOfProducts(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("book", floats(9, 3));
    g.initializer("i", integers(DType.INT32, 0, 8, 4, 64, 48));
    g.node("w = Gather(book, i)");
    StoredTensor w = check(product(g, 64, 48).model(17), backend, "codebook of 9, Huffman-coded");
    assertTrue(w.bits().values() < 3.3 * 64 * 48, w.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void fourBitsInBlocksOfProducts(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("q", integers(DType.INT4, -8, 7, 5, 128, 48));
    g.initializer("s", scales(6, 128 / 32, 48));
    g.node("w = DequantizeLinear(q, s)", attribute("axis", 0), attribute("block_size", 32));
    StoredTensor w =
        check(product(g, 128, 48).model(21), backend, "integers of 4 bits, 192 scales");
    assertEquals(4L * 128 * 48, w.bits().values());
    assertEquals(8 * (20 + 4 * 192), w.bits().scales());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void fourBitsInRunsOfFlattenedKernels(String backend) {
    OnnxModels g =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, IC, 12, 12)
            .output("y", DType.FLOAT32, 1, 40, 12, 12);
    kernels(g, "w", 7, 40, IC).node("y = Conv(x, w)", attribute("pads", new int[] {1, 1, 1, 1}));
    StoredTensor w = check(g.model(21), backend, "integers of 4 bits");
    assertEquals(4L * 40 * IC * 9, w.bits().values());
    assertEquals(8 * (20 + 4 * 40 * IC * 9 / 32), w.bits().scales());
  }

  @Test
  void everyBackendStoresFewBitsInFewBytes() {
    OnnxModels g =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, IC, 16, 16)
            .output("y", DType.FLOAT32, 1, 32, 8, 8);
    kernels(g, "u", 3, 64, IC);
    kernels(g, "v", 5, 64, 64);
    kernels(g, "w", 7, 32, 64);
    ModelProto model =
        g.node("a = Conv(x, u)", attribute("pads", new int[] {1, 1, 1, 1}))
            .node("b = Relu(a)")
            .node(
                "c = Conv(b, v)",
                attribute("strides", new int[] {2, 2}),
                attribute("pads", new int[] {1, 1, 1, 1}))
            .node("d = Relu(c)")
            .node("y = Conv(d, w)", attribute("pads", new int[] {1, 1, 1, 1}))
            .model(21);
    long elements = 9 * (64 * IC + 64 * 64 + 32 * 64);
    for (String backend : List.of("portable", "vector", "auto")) {
      check(model, backend, "integers of 4 bits");
      long bytes = fileBytes(model, backend);
      // Half a byte an element and four a scale; the header and some loops.
      assertTrue(bytes <= elements / 2 + elements / 8 + 800, backend + ": " + bytes);
      assertTrue(bytes <= 1.3 * fileBytes(model, "portable"), backend + ": " + bytes);
    }
  }

  private static long fileBytes(ModelProto model, String backend) {
    CompileRequest request =
        CompileRequest.of(ModelSource.bytes("m.onnx", model.toByteArray()), "com.acme.Small")
            .withBackend(backend);
    return ModelInspector.inspect(request).report().orElseThrow().stored().fileBytes();
  }

  /** Adds 3x3 kernels of four bits, with a scale for 32 along the flattened inputs. */
  private static OnnxModels kernels(OnnxModels g, String name, long seed, int oc, int ic) {
    String q = name + "q";
    String s = name + "s";
    String f = name + "f";
    String shape = name + "shape";
    g.initializer(q, integers(DType.INT4, -8, 7, seed, oc, ic * 9));
    g.initializer(s, scales(seed + 1, oc, ic * 9 / 32));
    g.initializer(shape, Tensor.ofLongs(Shape.of(4), oc, ic, 3, 3));
    return g.node(
            f + " = DequantizeLinear(" + q + ", " + s + ")",
            attribute("axis", 1),
            attribute("block_size", 32))
        .node(name + " = Reshape(" + f + ", " + shape + ")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void fourBitsInBlocksOfTransposedProducts(String backend) {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 3, 128);
    g.initializer("q", integers(DType.UINT4, 0, 15, 7, 48, 128));
    g.initializer("s", scales(8, 48, 128 / 32));
    g.initializer("z", integers(DType.UINT4, 8, 8, 9, 48, 128 / 32));
    g.node("w = DequantizeLinear(q, s, z)", attribute("axis", 1), attribute("block_size", 32));
    g.node("y = Gemm(x, w)", attribute("transB", 1)).output("y", DType.FLOAT32, 3, 48);
    check(g.model(21), backend, "integers of 4 bits, 192 scales");
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector"})
  void fourBitsOfAMegabyteOfFloats(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("q", integers(DType.INT4, -7, 7, 10, 1024, 512));
    g.initializer("s", scales(11, 1024 / 64, 512));
    g.node("w = DequantizeLinear(q, s)", attribute("axis", 0), attribute("block_size", 64));
    StoredTensor w =
        check(product(g, 1024, 512).model(21), backend, "integers, Huffman-coded, 8192 scales");
    assertTrue(w.bits().values() <= 4L * 1024 * 512, w.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void fourBitsInBlocksOfConvolutions(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("q", integers(DType.INT4, -8, 7, 12, OC, IC, 1, 1));
    g.initializer("s", scales(13, OC, IC / 16, 1, 1));
    g.node("w = DequantizeLinear(q, s)", attribute("axis", 1), attribute("block_size", 16));
    StoredTensor w = check(conv(g).model(21), backend, "integers of 4 bits, 48 scales");
    assertEquals(4L * OC * IC, w.bits().values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void eightBitsInBlocks(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("q", integers(DType.INT8, -128, 127, 14, 128, 48));
    g.initializer("s", scales(15, 128 / 64, 48));
    g.node("w = DequantizeLinear(q, s)", attribute("axis", 0), attribute("block_size", 64));
    check(product(g, 128, 48).model(21), backend, "integers of 8 bits, 96 scales");
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void fourBitsInChannelsOfConvolutions(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("q", integers(DType.INT4, -7, 7, 16, OC, IC, 1, 1));
    g.initializer("s", scales(17, OC));
    g.node("w = DequantizeLinear(q, s)", attribute("axis", 0));
    StoredTensor w = check(conv(g).model(21), backend, "integers of 4 bits, 24 scales");
    assertEquals(4L * OC * IC, w.bits().values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void twoBits(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("q", integers(DType.INT2, -2, 1, 18, OC, IC, 1, 1));
    g.initializer("s", scales(19, 1));
    g.node("w = DequantizeLinear(q, s)");
    StoredTensor w = check(conv(g).model(25), backend, "codebook of 4, 2 bits");
    assertEquals(2L * OC * IC, w.bits().values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void sixteenBits(String backend) {
    OnnxModels g = OnnxModels.graph();
    g.initializer("q", integers(DType.INT16, -32_767, 32_767, 20, OC, IC, 1, 1));
    g.initializer("s", scales(21, 1));
    g.node("w = DequantizeLinear(q, s)");
    StoredTensor w = check(conv(g).model(21), backend, "integers of 16 bits, 1 scale");
    assertEquals(16L * OC * IC, w.bits().values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void halves(String backend) {
    OnnxModels g = OnnxModels.graph();
    Tensor w = floats(OC * IC, 22);
    g.initializer(
        "h", Tensor.fromDoubles(TensorType.of(DType.FLOAT16, OC, IC, 1, 1), i -> w.floatAt(i)));
    g.node("w = Cast(h)", attribute("to", DType.FLOAT32.onnxCode()));
    assertEquals(16L * OC * IC, check(conv(g).model(17), backend, "fp16").bits().values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "vector", "auto"})
  void ternaryAndBinaryWeights(String backend) {
    for (int zeros = 0; zeros < 2; zeros++) {
      OnnxModels g = OnnxModels.graph();
      Tensor t = integers(DType.INT8, 0, 1 + zeros, 23, 256, 64);
      g.initializer(
          "t",
          Tensor.fromDoubles(
              t.type().with(DType.FLOAT32), i -> t.longAt(i) == 2 ? 0 : 2.0 * t.longAt(i) - 1));
      g.initializer("a", scales(24, 1, 64)).node("w = Mul(t, a)");
      StoredTensor w =
          check(product(g, 256, 64).model(17), backend, zeros == 0 ? "codebook of 2, 1 bit" : "");
      long bits = w.bits().values() + w.bits().positions();
      assertTrue(bits <= (zeros == 0 ? 1 : 1.67) * 256 * 64, w.toString());
    }
  }

  /** Adds a pointwise convolution of 6x6 places by {@code w}. */
  private static OnnxModels conv(OnnxModels g) {
    return g.input("x", DType.FLOAT32, 1, IC, 6, 6)
        .output("y", DType.FLOAT32, 1, OC, 6, 6)
        .node("y = Conv(x, w)");
  }

  /** Adds a product of three rows with the matrix {@code w}. */
  private static OnnxModels product(OnnxModels g, int k, int n) {
    return g.input("x", DType.FLOAT32, 3, k)
        .output("y", DType.FLOAT32, 3, n)
        .node("y = MatMul(x, w)");
  }

  /**
   * Compiles and runs a model; its outputs are the interpreter's, and its largest weight has this
   * form.
   */
  private static StoredTensor check(ModelProto model, String backend, String form) {
    CompileRequest request =
        CompileRequest.of(ModelSource.bytes("m.onnx", model.toByteArray()), "com.acme.Small")
            .withBackend(backend);
    CompileResult result = ModelCompiler.compile(request);
    assertSameAsInterpreted(model, result);
    long fileBytes = 0;
    for (Resource resource : result.generated().resources()) {
      fileBytes += size(resource);
    }
    assertEquals(fileBytes, result.report().stored().fileBytes());
    assertEquals(
        result.report().stored(), ModelInspector.inspect(request).report().orElseThrow().stored());
    assertSameAsInterpreted(
        model, ModelCompiler.compile(request.withWeights(WeightStorage.SOURCE)));
    StoredTensor largest =
        result.report().stored().tensors().stream()
            .max(Comparator.comparingInt(StoredTensor::elements))
            .orElseThrow();
    assertTrue(largest.form().contains(form), backend + ": " + result.report().stored());
    return largest;
  }

  private static void assertSameAsInterpreted(ModelProto model, CompileResult result) {
    Graph graph = OnnxImporter.importModel(model, ImportOptions.of("m.onnx"), new DiagnosticSink());
    List<Tensor> inputs = SeededInputs.of(graph, 5);
    Tensor expected = new ReferenceInterpreter(graph).run(inputs).get(0);
    LoadedModel loaded =
        LoadedModel.load(result.generated(), result.report().inputs(), result.report().outputs());
    Object[] arrays = loaded.arrays(inputs);
    loaded.newInstance().accept(arrays);
    Tensor actual = loaded.outputs(arrays).get(0);
    double largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.floatAt(i)));
    }
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.floatAt(i), actual.floatAt(i), 1e-5 * largest, "y at " + i);
    }
  }

  private static int size(Resource resource) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      resource.content().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.size();
  }

  private static Tensor floats(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(Shape.of(size), values);
  }

  private static Tensor scales(long seed, int... dims) {
    Random random = new Random(seed);
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.01f + random.nextFloat();
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }

  private static Tensor integers(DType dtype, int first, int last, long seed, int... dims) {
    Random random = new Random(seed);
    return Tensor.fromLongs(
        TensorType.of(dtype, dims), i -> first + random.nextInt(last - first + 1));
  }
}
