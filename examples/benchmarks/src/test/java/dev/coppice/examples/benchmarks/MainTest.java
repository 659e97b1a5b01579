package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path model;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("dense.onnx");
    ModelSource dense = LayerBenchmark.Layer.DENSE.network().source().get();
    OnnxFile.save(dense.load(ImportLimits.defaults()), model);
  }

  private int execute(String... args) {
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void measuresAFile() throws Exception {
    String results = folder.resolve("results").toString();
    int exit =
        execute(model.toString(), "--seconds", "0.05", "--default-threads", "--out", results);
    assertEquals(0, exit, err::toString);
    String name = "jdk" + Runtime.version().feature();
    String table = Files.readString(folder.resolve("results/" + name + ".md"));
    assertEquals(out.toString().replace("\r\n", "\n"), table);
    assertTrue(table.contains("| " + model + " | 0.08 | "), table);
    assertTrue(table.contains("its default threads"), table);
    assertTrue(Files.readString(folder.resolve("results/" + name + ".svg")).contains("<svg"));
    assertTrue(err.toString().contains(": portable "), err::toString);
  }

  @Test
  void refusesWhatItCannotDo() {
    assertEquals(2, execute("absent.onnx"));
    assertTrue(err.toString().contains("no model and no file is called 'absent.onnx'"));
    assertEquals(2, execute(model.toString(), "--seconds", "0"));
    assertEquals(2, execute(model.toString(), "--backends", "fortran", "--seconds", "0.1"));
    assertTrue(err.toString().contains("fortran"), err::toString);
  }
}
