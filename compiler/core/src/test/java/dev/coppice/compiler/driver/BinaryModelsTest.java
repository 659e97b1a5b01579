package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.GeneratedModel.SourceFile;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.OpContract;
import dev.coppice.compiler.testing.Shared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published binary networks run on bits from the first layer to the last. */
final class BinaryModelsTest {
  /** Weights of the layers, as floats. */
  private static final int FLOAT_BYTES = 4 * (784 * 64 + 2 * 64 * 64 + 64 * 10);

  @ParameterizedTest
  @ValueSource(strings = {"bnn-mnist-tfc-1w1a-qonnx", "bnn-mnist-tfc-1w1a-standard-ops"})
  void countsBitsAndKeepsItsReferenceOutputs(String name) throws IOException {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "skipped: no folder of shared models");
    Path file = Shared.folder().orElseThrow().resolve("models").resolve(name).resolve("model.onnx");
    CompileResult result =
        ModelCompiler.compile(CompileRequest.of(ModelSource.file(file), "com.acme.Bnn"));
    String source =
        result.generated().sources().stream()
            .map(SourceFile::text)
            .collect(Collectors.joining("\n"));
    binaryLayersCountBits(source);
    ByteArrayOutputStream weights = new ByteArrayOutputStream();
    for (var resource : result.generated().resources()) {
      resource.content().writeTo(weights);
    }
    assertTrue(25 * weights.size() <= FLOAT_BYTES, weights.size() + " bytes of weights");
    LoadedModel model =
        LoadedModel.load(result.generated(), result.report().inputs(), result.report().outputs());
    for (Path set : Shared.testSets(file)) {
      List<Tensor> expected = Shared.tensors(set, "output");
      Object[] arrays = model.arrays(Shared.tensors(set, "input"));
      model.newInstance().accept(arrays);
      OpContract.assertClose(
          expected.get(0), model.outputs(arrays).get(0), Tolerance.CLOSE, name + " " + set);
    }
  }

  /** One packing, four products, and no float in any of their methods. */
  private static void binaryLayersCountBits(String source) {
    assertEquals(1, calls(source, "packBits"), source);
    assertEquals(4, calls(source, "binaryMatMul"), source);
    List<String> methods =
        List.of(source.split("\n\n")).stream()
            .filter(m -> m.contains("Integer.bitCount") || m.contains("static void binaryMatMul"))
            .toList();
    assertTrue(methods.size() > 4, source);
    for (String method : methods) {
      assertTrue(!method.contains("float"), method);
    }
  }

  private static long calls(String source, String method) {
    return source.lines().filter(l -> l.strip().startsWith("Bnn_K0." + method)).count();
  }
}
