package dev.coppice.compiler.driver.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostFileTest {
  @TempDir Path folder;

  private static CostFile parse(String... lines) {
    return CostFile.parse(new TextFile("device.costs", Arrays.asList(lines)));
  }

  private static List<String> problems(String... lines) {
    CompileException e = assertThrows(CompileException.class, () -> parse(lines));
    e.diagnostics().forEach(d -> assertEquals(DiagnosticCode.COSTS_INVALID, d.code()));
    return e.diagnostics().stream().map(Diagnostic::text).toList();
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Costs vector = Costs.VECTOR.with(CostFigure.STEP, 0.5).with(CostFigure.CALL, 7.25);
    String text =
        CostFile.text(Map.of("vector", vector, "portable", Costs.PORTABLE), List.of("A JVM"));
    assertTrue(text.contains("\n# A JVM\n"), text);
    assertTrue(text.contains("vector.step = 0.5               # ns: two multiply-adds"), text);
    assertTrue(!text.contains("portable.step"), text);
    CostFile file = CostFile.parse(new TextFile("device.costs", text.lines().toList()));
    Costs read = file.costs("vector", Costs.VECTOR);
    assertEquals("device.costs", read.source());
    assertEquals(vector.figures(), read.figures());
    assertEquals(Costs.PORTABLE.figures(), file.costs("portable", Costs.PORTABLE).figures());
  }

  @Test
  void figuresThatItLacksKeepTheirDefaults() {
    CostFile file = parse("version = 1", "", "# a remark", "vector.call=8 # slower");
    assertEquals(8, file.costs("vector", Costs.VECTOR).call());
    assertEquals(Costs.VECTOR.copy(), file.costs("vector", Costs.VECTOR).copy());
    assertSame(Costs.PORTABLE, file.costs("portable", Costs.PORTABLE));
  }

  @Test
  void everyWrongLineIsTold() {
    assertEquals(
        List.of(
            "[CostsInvalid] device.costs:2: there is no figure 'vector.stepp' (did you mean"
                + " 'vector.step'?). Mend the line, or have 'coppice calibrate' write the file"
                + " anew.",
            "[CostsInvalid] device.costs:3: vector.call is 'fast', expected a positive number (ns)."
                + " Mend the line, or have 'coppice calibrate' write the file anew.",
            "[CostsInvalid] device.costs:4: vector.copy is '-1', expected a positive number (ns)."
                + " Mend the line, or have 'coppice calibrate' write the file anew.",
            "[CostsInvalid] device.costs:6: vector.term is given twice."
                + " Mend the line, or have 'coppice calibrate' write the file anew.",
            "[CostsInvalid] device.costs:7: 'call 3' is not of the form vector.step = 0.4."
                + " Mend the line, or have 'coppice calibrate' write the file anew."),
        problems(
            "version = 1",
            "vector.stepp = 1",
            "vector.call = fast",
            "vector.copy = -1",
            "vector.term = 1",
            "vector.term = 2",
            "call 3"));
  }

  @Test
  void anotherVersionIsRefused() {
    assertTrue(problems("version = 2").get(0).contains("version is 2, expected 1"));
    assertTrue(problems("vector.call = 2").get(0).contains("there is no line 'version = 1'"));
  }

  @Test
  void unreadableFilesAreTold() throws Exception {
    Path absent = folder.resolve("absent.costs");
    CompileException e = assertThrows(CompileException.class, () -> TextFile.read(absent));
    assertEquals(DiagnosticCode.FILE_UNREADABLE, e.diagnostics().get(0).code());
    assertTrue(e.getMessage().contains("no such file; 'coppice calibrate' writes costs"));
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0, 1});
    assertTrue(
        assertThrows(CompileException.class, () -> TextFile.read(binary))
            .getMessage()
            .contains("not UTF-8"));
  }
}
