package dev.coppice.compiler.driver.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConformanceRunTest {
  @TempDir Path root;

  private void model(String name, OnnxModels graph) throws IOException {
    Path folder = Files.createDirectories(root.resolve("node").resolve(name));
    OnnxFile.save(graph.model(17), folder.resolve("model.onnx"));
  }

  private void data(String name, int set, List<Tensor> inputs, Tensor output) throws IOException {
    Path folder =
        Files.createDirectories(root.resolve("node").resolve(name).resolve("test_data_set_" + set));
    for (int i = 0; i < inputs.size(); i++) {
      TensorFile.save(inputs.get(i), "x", folder.resolve("input_" + i + ".pb"));
    }
    TensorFile.save(output, "y", folder.resolve("output_0.pb"));
  }

  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  private static OnnxModels doubled() {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, "n")
        .output("y", DType.FLOAT32, "n")
        .node("y = Add(x, x)");
  }

  private List<CaseResult> run(String backend) {
    return new ConformanceRun(backend, 2, r -> {}).run(ConformanceCase.below(root));
  }

  private CaseResult only() {
    List<CaseResult> results = run("portable");
    assertEquals(1, results.size());
    return results.get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"portable", "interpreter"})
  void tellsPassesFromRefusalsAndWrongResults(String backend) throws IOException {
    model("test_a", doubled());
    data("test_a", 0, List.of(floats(1, 2)), floats(2, 4));
    model("test_b", doubled());
    data("test_b", 0, List.of(floats(1, 2)), floats(2, 4.01f));
    model("test_c", OnnxModels.graph().output("y").node("y = Frobnicate()"));
    data("test_c", 0, List.of(), floats(1));
    List<CaseResult> told = Collections.synchronizedList(new ArrayList<>());
    List<CaseResult> results =
        new ConformanceRun(backend, 2, told::add).run(ConformanceCase.below(root));
    assertEquals(3, told.size());
    assertEquals(
        List.of(Verdict.PASS, Verdict.WRONG, Verdict.REFUSED),
        results.stream().map(CaseResult::verdict).toList());
    assertEquals("node/test_a", results.get(0).testCase().id());
    assertEquals(List.of("Add"), results.get(0).operators());
    assertEquals(
        "test_data_set_0: output 'y'[1] is 4.0, expected 4.010000228881836",
        results.get(1).detail());
    assertEquals("UnsupportedOperator", results.get(2).code());
    assertEquals(List.of("Frobnicate"), results.get(2).operators());
  }

  @Test
  void everyDataSetIsRunWithItsOwnSizes() throws IOException {
    model("test_a", doubled());
    data("test_a", 0, List.of(floats(1, 2)), floats(2, 4));
    data("test_a", 1, List.of(floats(3)), floats(6));
    assertEquals(Verdict.PASS, only().verdict());
    data("test_a", 2, List.of(floats(3)), floats(7));
    assertEquals("test_data_set_2: output 'y'[0] is 6.0, expected 7.0", only().detail());
  }

  @Test
  void inputsAreBoundOnlyWhereTheModelIsRefusedOtherwise() throws IOException {
    OnnxModels reshape =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 4)
            .input("axes", DType.INT64, 1)
            .output("y")
            .node("y = Unsqueeze(x, axes)");
    model("test_a", reshape);
    Tensor x = floats(1, 2, 3, 4);
    data("test_a", 0, List.of(x, Tensor.ofLongs(Shape.of(1), 0)), x.reshape(Shape.of(1, 4)));
    CaseResult result = only();
    assertEquals(Verdict.PASS, result.verdict(), result.detail());
    assertEquals(List.of("axes"), result.bound());
  }

  @Test
  void whatTheModelIsRefusedForGoesBeforeItsData() throws IOException {
    model("test_a", OnnxModels.graph().output("y").node("y = Frobnicate()"));
    data("test_a", 0, List.of(), floats(1));
    Path output = root.resolve("node/test_a/test_data_set_0/output_0.pb");
    Files.write(output, new byte[] {1, 2, 3});
    assertEquals("UnsupportedOperator", only().code());
    model("test_a", doubled());
    data("test_a", 0, List.of(floats(1)), floats(2));
    Files.write(output, new byte[] {1, 2, 3});
    CaseResult result = only();
    assertEquals(Verdict.REFUSED, result.verdict());
    assertEquals("FileMalformed", result.code(), result.detail());
  }

  @Test
  void dataThatDoesNotFitIsRefused() throws IOException {
    model("test_a", doubled());
    data("test_a", 0, List.of(floats(1), floats(1)), floats(2));
    assertEquals("DataInvalid", only().code());
    assertTrue(only().detail().startsWith("test_data_set_0 has 2 inputs, the model has 1"));
  }

  @Test
  void somethingElseThanADiagnosticIsACrash() {
    CaseResult crash =
        CaseResult.failed(
            new ConformanceCase("node", "test_a", root), List.of(), new StackOverflowError("deep"));
    assertEquals(Verdict.CRASHED, crash.verdict());
    assertTrue(crash.detail().startsWith("java.lang.StackOverflowError: deep at dev.coppice"));
    CaseResult pass = new CaseResult(crash.testCase(), Verdict.PASS, "", "", List.of(), List.of());
    assertEquals(crash, pass.or(crash));
    assertEquals(crash, crash.or(pass));
  }

  @Test
  void modelsWithoutInputDataGetARamp() throws IOException {
    Path light = Files.createDirectories(root.resolve("light"));
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 4)
            .output("y", DType.FLOAT32, 1, 4)
            .node("y = Neg(x)")
            .model(17),
        light.resolve("light_m.onnx"));
    TensorFile.save(
        Tensor.ofFloats(Shape.of(1, 4), -0f, -0.25f, -0.5f, -0.75f),
        "y",
        light.resolve("light_m_output_0.pb"));
    CaseResult result = only();
    assertEquals("light/light_m", result.testCase().id());
    assertEquals(Verdict.PASS, result.verdict(), result.detail());
  }

  @Test
  void aFolderOfCasesOneCaseAndTheirParentAreAllTaken() throws IOException {
    model("test_a", doubled());
    data("test_a", 0, List.of(floats(1)), floats(2));
    for (Path dir : List.of(root, root.resolve("node"), root.resolve("node").resolve("test_a"))) {
      assertEquals(
          List.of("node/test_a"),
          ConformanceCase.below(dir).stream().map(ConformanceCase::id).toList());
    }
    CompileException none =
        assertThrows(
            CompileException.class,
            () -> ConformanceCase.below(Files.createDirectory(root.resolve("empty"))));
    assertEquals(DiagnosticCode.DATA_INVALID, none.diagnostics().get(0).code());
    assertThrows(CompileException.class, () -> ConformanceCase.below(root.resolve("gone")));
  }
}
