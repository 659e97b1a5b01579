package dev.coppice.compiler.driver.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.driver.CompileCache;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.choice.Planning;
import dev.coppice.compiler.driver.choice.ScheduleFile;
import dev.coppice.compiler.driver.choice.ScheduleFile.Entry;
import dev.coppice.compiler.driver.choice.TextFile;
import dev.coppice.compiler.ir.ScheduleChoice;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleTunerTest {
  @TempDir Path folder;

  private static Tensor weights(int... dims) {
    return Tensor.fromDoubles(
        new TensorType(DType.FLOAT32, Shape.of(dims)), i -> (i * 37 % 19 - 9) / 10.0);
  }

  /** Two equal convolutions, a third one, and a product. */
  private CompileRequest request(String backend) {
    byte[] model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 16, 10, 12)
            .output("y", DType.FLOAT32, 1, 24, 10, 12)
            .initializer("w1", weights(16, 16, 3, 3))
            .initializer("w2", weights(16, 16, 3, 3))
            .initializer("w3", weights(24, 16, 1, 1))
            .node("a = Conv(x, w1)", OnnxModels.attribute("pads", new int[] {1, 1, 1, 1}))
            .node("b = Relu(a)")
            .node("c = Conv(b, w2)", OnnxModels.attribute("pads", new int[] {1, 1, 1, 1}))
            .node("d = Relu(c)")
            .node("y = Conv(d, w3)")
            .model(17)
            .toByteArray();
    return CompileRequest.of(ModelSource.bytes("convs.onnx", model), "a.Convs")
        .withBackend(backend);
  }

  private CompileRequest tuned(CompileRequest request, Path file, List<String> told) {
    ImportedModel model = ModelCompiler.load(request);
    KernelTimer hasty = new KernelTimer(System::nanoTime, () -> 0, 1_000, 0, 1_000, 1);
    return ScheduleTuner.tune(model, request, file, hasty, told::add);
  }

  @Test
  void writesWhatIsReadAndObeyed() throws Exception {
    for (String backend : List.of("portable", "vector")) {
      Path file = folder.resolve(backend + ".schedules");
      List<String> told = new ArrayList<>();
      CompileRequest tuned = tuned(request(backend), file, told);
      CompileResult result = ModelCompiler.compile(tuned);
      assertEquals(List.of(), result.notes());
      List<ScheduleChoice> several =
          result.report().choices().stream().filter(c -> c.ranked().size() > 1).toList();
      assertEquals(3, several.size());
      assertTrue(several.stream().allMatch(ScheduleChoice::recorded), several.toString());
      CompileRequest read = request(backend).planningBy(Planning.read(null, file));
      assertEquals(result.report().choices(), ModelCompiler.compile(read).report().choices());
      assertEquals(CompileCache.key(tuned), CompileCache.key(read));
      Map<String, Entry> entries = ScheduleFile.parse(TextFile.read(file)).entries(backend);
      entries.values().forEach(e -> assertTrue(e.note().contains(" us; "), e.note()));
      assertTrue(told.size() > entries.size(), told.toString());
    }
  }

  /** Equal geometries have one entry; the entry decides, whatever is predicted. */
  @Test
  void entriesCountMoreThanPredictions() throws Exception {
    Path file = folder.resolve("convs.schedules");
    tuned(request("portable"), file, new ArrayList<>());
    ScheduleFile written = ScheduleFile.parse(TextFile.read(file));
    assertEquals(2, written.entries("portable").size());
    for (String schedule : List.of("dense rows", "dense planes")) {
      Map<String, Entry> all = new LinkedHashMap<>();
      written.entries("portable").keySet().forEach(g -> all.put(g, new Entry(schedule, "")));
      Planning planning = Planning.DEFAULT.with(written.with("portable", all));
      CompileRequest request = request("portable").planningBy(planning);
      ModelCompiler.compile(request)
          .report()
          .choices()
          .forEach(c -> assertEquals(schedule, c.chosen().schedule()));
      assertNotEquals(CompileCache.key(request("portable")), CompileCache.key(request));
    }
  }

  @Test
  void entriesOfOtherTargetsStayAndStaleOnesGo() throws Exception {
    Path file = folder.resolve("convs.schedules");
    Files.writeString(
        file,
        "version = 1\n[vector]\nOther() -> panels  # 1 us\n[portable]\nOld() -> dense rows\n");
    CompileRequest before = request("portable").planningBy(Planning.read(null, file));
    assertTrue(
        ModelCompiler.compile(before).notes().stream()
            .anyMatch(d -> d.code() == DiagnosticCode.SCHEDULE_STALE));
    tuned(request("portable"), file, new ArrayList<>());
    ScheduleFile written = ScheduleFile.parse(TextFile.read(file));
    assertEquals(Map.of("Other()", new Entry("panels", "1 us")), written.entries("vector"));
    assertEquals(2, written.entries("portable").size());
    assertTrue(!written.entries("portable").containsKey("Old()"));
  }
}
