package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code calibrate}, {@code --costs}, {@code --schedules} and {@code --tune}. */
final class PlanningOptionsTest {
  private static final String GEOMETRY = "MatMul(f32[4,8], const f32[8,16])";

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("product.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 4, 8)
            .output("y", DType.FLOAT32, 4, 16)
            .initializer("w", Tensor.ofFloats(Shape.of(8, 16), new float[128]))
            .node("y = MatMul(x, w)")
            .model(17),
        model);
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines));
  }

  private Execution inspect(Object... options) {
    Object[] all = new Object[options.length + 5];
    Object[] first = {"inspect", model, "--plan", "--backend", "vector"};
    System.arraycopy(first, 0, all, 0, 5);
    System.arraycopy(options, 0, all, 5, options.length);
    return Execution.of(all);
  }

  @Test
  void thePlanSaysWhatItIsMadeBy() throws IOException {
    Execution defaults = inspect();
    assertTrue(defaults.out().contains("  costs       the defaults"), defaults.out());
    assertTrue(defaults.out().lines().anyMatch(l -> l.startsWith("  * panels ")), defaults.out());
    Path costs = file("slow.costs", "version = 1", "vector.panelCall = 100000");
    Execution other = inspect("--costs", costs);
    assertEquals(0, other.exitCode(), other.err());
    assertTrue(other.out().contains("  costs       " + costs), other.out());
    assertTrue(other.out().lines().anyMatch(l -> l.startsWith("  * rows ")), other.out());
  }

  @Test
  void recordedSchedulesAreMarked() throws IOException {
    Path schedules =
        file("product.schedules", "version = 1", "[vector]", GEOMETRY + " -> rows  # 1.5 us");
    Execution e = inspect("--schedules", schedules);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.out().lines().anyMatch(l -> l.startsWith("  r rows ")), e.out());
    assertTrue(e.out().lines().anyMatch(l -> l.startsWith("    panels ")), e.out());
    assertFalse(e.out().contains("[Schedule"), e.out());
    Execution json = inspect("--schedules", schedules, "--json");
    assertTrue(json.out().contains("\"recorded\": true"), json.out());
  }

  @Test
  void staleSchedulesAreToldAndDoNoHarm() throws IOException {
    Path schedules = file("old.schedules", "version = 1", "[vector]", "MatMul(f32[1,1]) -> rows");
    Path out = folder.resolve("out");
    Execution e =
        Execution.of(
            "compile",
            model,
            "--class",
            "a.P",
            "--out",
            out,
            "--backend",
            "vector",
            "--schedules",
            schedules);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.err().contains("[ScheduleStale] " + schedules), e.err());
    assertTrue(e.err().contains("Measure again with 'coppice compile --tune'"), e.err());
    assertTrue(Files.exists(out.resolve("a/P.java")));
  }

  /** A convolution, which has several schedules in the backend that every JVM runs. */
  private Path convolution() {
    Path file = folder.resolve("conv.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 16, 8, 8)
            .output("y", DType.FLOAT32, 1, 16, 8, 8)
            .initializer(
                "w",
                Tensor.fromDoubles(
                    new TensorType(DType.FLOAT32, Shape.of(16, 16, 1, 1)), i -> i + 1))
            .initializer("b", Tensor.ofFloats(Shape.of(16), new float[16]))
            .node("y = Conv(x, w, b)")
            .model(17),
        file);
    return file;
  }

  @Test
  void tuneWritesTheFileAndCompilesWithIt() throws IOException {
    Path conv = convolution();
    Path schedules = folder.resolve("conv.schedules");
    Path out = folder.resolve("out");
    Execution e =
        Execution.of(
            "compile", conv, "--class", "a.P", "--out", out, "--tune", "--schedules", schedules);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.err().contains(" kernels of 1 geometries, portable"), e.err());
    String text = Files.readString(schedules);
    assertTrue(text.contains("\n[portable]\nConv{"), text);
    assertTrue(text.contains("(f32[1,16,8,8], const f32[16,16,1,1], const f32[16]) -> "), text);
    assertTrue(Files.exists(out.resolve("a/P.java")));
    Execution plan = Execution.of("inspect", conv, "--plan", "--schedules", schedules);
    assertTrue(plan.out().lines().anyMatch(l -> l.startsWith("  r ")), plan.out());
  }

  @Test
  void tuneNeedsAFile() {
    Execution e = Execution.of("compile", model, "--class", "a.P", "--out", folder, "--tune");
    assertEquals(2, e.exitCode());
    assertTrue(e.err().contains("--tune needs --schedules FILE"), e.err());
  }

  @Test
  void badFilesAreRefused() throws IOException {
    Path costs = file("bad.costs", "version = 1", "vector.cal = 3");
    Execution e = inspect("--costs", costs);
    assertEquals(2, e.exitCode());
    assertTrue(e.err().contains("[CostsInvalid] " + costs + ":2: there is no figure"), e.err());
    assertTrue(e.err().contains("did you mean 'vector.call'?"), e.err());
    Execution absent = inspect("--schedules", folder.resolve("absent"));
    assertEquals(2, absent.exitCode());
    assertTrue(absent.err().contains("[FileUnreadable]"), absent.err());
  }

  @Test
  void calibratesAndVerifies() throws IOException {
    Path costs = folder.resolve("device.costs");
    Execution e = Execution.of("calibrate", "--kernels", "2", "--out", costs);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.out().contains("predictions off by a factor of"), e.out());
    assertTrue(e.out().contains("wrote " + costs), e.out());
    assertTrue(Files.readString(costs).contains("portable.call = "));
    assertEquals(0, inspect("--costs", costs).exitCode());
    Execution verified = Execution.of("calibrate", "--kernels", "1", "--verify", costs);
    assertEquals(0, verified.exitCode(), verified.err());
    assertTrue(verified.out().contains("dense planes"), verified.out());
    assertEquals(2, Execution.of("calibrate").exitCode());
  }
}
