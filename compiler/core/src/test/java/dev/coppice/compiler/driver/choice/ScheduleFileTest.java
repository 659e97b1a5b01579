package dev.coppice.compiler.driver.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.choice.ScheduleFile.Entry;
import dev.coppice.compiler.ir.Chooser.Question;
import dev.coppice.compiler.ir.Prediction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleFileTest {
  private static final String GEOMETRY = "Conv{pads=[0,0]}(f32[1,4], const f32[4]) then Relu";

  private static ScheduleFile parse(String... lines) {
    return ScheduleFile.parse(new TextFile("kws.schedules", Arrays.asList(lines)));
  }

  private static Question question(String geometry, String... schedules) {
    List<Prediction> predictions =
        Arrays.stream(schedules).map(s -> new Prediction(s, 1, 0, 0)).toList();
    return new Question(
        geometry,
        predictions,
        () -> {
          throw new AssertionError("nothing is measured");
        });
  }

  @Test
  void whatIsWrittenIsReadAgainAndSorted() {
    ScheduleFile file =
        new ScheduleFile("kws.schedules", Map.of())
            .with("vector", Map.of(GEOMETRY, new Entry("panels", "3.1 us; rows 4 us")))
            .with(
                "portable",
                Map.of("B()", new Entry("rows", ""), "A()", new Entry("dense planes", "")));
    String text = file.text();
    assertTrue(
        text.endsWith(
            """
            version = 1

            [portable]
            A() -> dense planes
            B() -> rows

            [vector]
            Conv{pads=[0,0]}(f32[1,4], const f32[4]) then Relu -> panels  # 3.1 us; rows 4 us
            """),
        text);
    assertEquals(file, ScheduleFile.parse(new TextFile("kws.schedules", text.lines().toList())));
  }

  @Test
  void whatIsForPeopleDecidesNothing() {
    String plain = parse("version = 1", "[vector]", "A() -> rows").decisions();
    assertEquals(plain, parse("version = 1", "[vector]", "A() -> rows # 1 us").decisions());
    assertNotEquals(plain, parse("version = 1", "[vector]", "A() -> panels").decisions());
    assertNotEquals(plain, parse("version = 1", "[portable]", "A() -> rows").decisions());
  }

  @Test
  void everyWrongLineIsTold() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                parse(
                    "version = 1",
                    "A() -> rows",
                    "[vector]",
                    "<<<<<<< HEAD",
                    "A() -> rows",
                    "A() -> panels"));
    assertEquals(
        List.of(
            "there is no section such as [vector] above 'A() -> rows'",
            "'<<<<<<< HEAD' is not of the form GEOMETRY -> SCHEDULE",
            "'A()' is given twice"),
        e.diagnostics().stream().map(d -> d.message().replaceAll("\\.$", "")).toList());
    e.diagnostics().forEach(d -> assertEquals(DiagnosticCode.SCHEDULES_INVALID, d.code()));
    assertTrue(e.getMessage().contains("kws.schedules:4"), e.getMessage());
    assertTrue(
        assertThrows(CompileException.class, () -> parse("version = 2"))
            .getMessage()
            .contains("'version = 2' is not 'version = 1'"));
  }

  @Test
  void entriesDecideAndUselessOnesAreTold() {
    ScheduleFile file =
        parse(
            "version = 1",
            "[vector]",
            "A() -> rows",
            "B() -> by hand",
            "C() -> rows",
            "[portable]",
            "D() -> rows");
    RecordedChoices choices = new RecordedChoices(file, "vector");
    assertEquals(Optional.of("rows"), choices.choose(question("A()", "panels", "rows")));
    assertEquals(Optional.empty(), choices.choose(question("B()", "panels", "rows")));
    assertEquals(Optional.empty(), choices.choose(question("D()", "panels", "rows")));
    assertEquals(Optional.empty(), choices.choose(question("E()", "rows")));
    DiagnosticSink notes = new DiagnosticSink();
    choices.report(notes);
    List<Diagnostic> told = notes.diagnostics();
    assertEquals(
        List.of(
            DiagnosticCode.SCHEDULE_STALE,
            DiagnosticCode.SCHEDULE_STALE,
            DiagnosticCode.SCHEDULES_MISSING),
        told.stream().map(Diagnostic::code).toList());
    assertEquals(
        "[ScheduleStale] kws.schedules: the entry of B() is 'by hand', which is none of its"
            + " schedules panels, rows. Measure again with 'coppice compile --tune', or remove what"
            + " does not match; predictions decide there.",
        told.get(0).text());
    assertTrue(told.get(1).text().contains("of 1 of the entries, such as C()"));
    assertTrue(told.get(2).text().contains("no entry in [vector], such as D()"));
  }
}
