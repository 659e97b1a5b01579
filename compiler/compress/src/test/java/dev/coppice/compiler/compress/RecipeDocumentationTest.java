package dev.coppice.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The page on recipes names every method and key, and its examples run on the example's digits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecipeDocumentationTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\n(.*?)^```");
  private static final int EXAMPLES = 192;
  private static final int PIXELS = 64;

  @TempDir static Path folder;
  private String page;
  private OnnxGraph digits;

  @BeforeAll
  void makeData() throws IOException {
    page = Files.readString(root().resolve("docs/recipes.md"));
    digits =
        OnnxGraph.of(
            OnnxFile.load(
                root().resolve("examples/digits/src/main/models/digits.onnx"),
                ImportLimits.defaults()),
            ImportOptions.of("digits.onnx"));
    Random random = new Random(5);
    float[] pixels = new float[EXAMPLES * PIXELS];
    for (int i = 0; i < pixels.length; i++) {
      // Strokes rather than noise: neighbours in a row are alike.
      pixels[i] = i % 4 == 0 ? random.nextFloat() : pixels[i - 1];
    }
    writeNpy(folder.resolve("train.npy"), pixels);
    writeNpy(folder.resolve("test.npy"), pixels);
    CompiledModel model = CompiledModel.of(digits, List.of(), "portable");
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < EXAMPLES; i++) {
      float[] x = java.util.Arrays.copyOfRange(pixels, i * PIXELS, (i + 1) * PIXELS);
      Tensor input = Tensor.ofFloats(digits.shape(digits.inputs().get(0)), x);
      labels.append(Metric.argmax(model.outputs(List.of(input)).get(0))).append('\n');
    }
    Files.writeString(folder.resolve("test-labels.csv"), labels);
  }

  @Test
  void everyMethodHasASectionWithItsKeysAndAnExample() {
    for (Method method : Methods.ALL) {
      String section = section(method.name());
      assertTrue(BLOCK.matcher(section).find(), method.name() + " has no example");
      List<String> missing =
          method.keys().stream()
              .filter(k -> !k.equals("seed") && !section.contains("`" + k))
              .toList();
      assertEquals(List.of(), missing, method.name());
    }
  }

  @TestFactory
  Stream<DynamicTest> examplesRun() {
    List<DynamicTest> tests = new ArrayList<>();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      String text = block.group(1);
      String name = text.lines().filter(l -> l.contains("method:")).findFirst().orElse("?");
      tests.add(DynamicTest.dynamicTest(name.strip(), () -> run(text)));
    }
    assertFalse(tests.isEmpty());
    return tests.stream();
  }

  private void run(String text) {
    String data =
        text.contains("data:")
            ? ""
            : """
            data:
              calibration: {inputs: train.npz, labels: test-labels.csv, samples: 0..96}
              evaluation: {inputs: test.npz, labels: test-labels.csv, samples: 96..192}
            """;
    DiagnosticSink sink = new DiagnosticSink();
    String recipe = (data + text).replace(".npz", ".npy");
    Recipe read =
        RecipeReader.parse(recipe, "recipes.md", folder, Methods.ALL, sink)
            .orElseThrow(() -> new AssertionError(sink.diagnostics().toString()));
    Compressor.Result result = Compressor.compress(digits, read, sink, Progress.NONE);
    int[] count = new int[1];
    result.steps().forEach(s -> count[0] += s.findings().decisions().size());
    assertTrue(count[0] > 0, "the example decides nothing");
    assertTrue(result.lastScore().orElseThrow() >= 0);
  }

  private String section(String method) {
    int from = page.indexOf("\n### `" + method + "`");
    assertTrue(from >= 0, "no section on " + method);
    int to = page.indexOf("\n### ", from + 1);
    return to < 0 ? page.substring(from) : page.substring(from, to);
  }

  private static Path root() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      if (Files.isDirectory(p.resolve("runtime-min")) && Files.isDirectory(p.resolve("docs"))) {
        return p;
      }
    }
    throw new IllegalStateException("not in the repository: " + Path.of("").toAbsolutePath());
  }

  private void writeNpy(Path file, float[] values) throws IOException {
    Shape shape = digits.shape(digits.inputs().get(0));
    StringBuilder dims = new StringBuilder().append(EXAMPLES);
    for (int axis = 1; axis < shape.rank(); axis++) {
      dims.append(", ").append(shape.dim(axis));
    }
    String header =
        String.format(
            Locale.ROOT, "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }", dims);
    while ((header.length() + 11) % 64 != 0) {
      header += " ";
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + 1 + values.length * 4)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) (header.length() + 1));
    bytes.put((header + "\n").getBytes(StandardCharsets.US_ASCII));
    for (float v : values) {
      bytes.putFloat(v);
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(bytes.array());
    }
  }
}
