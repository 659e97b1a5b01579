package dev.coppice.compiler.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosticTest {
  private static final SourceRef FC = SourceRef.node("fc", "MatMul").inFile("kws.onnx");

  @Test
  void textIsCodePlaceMessageAndRemedy() {
    assertEquals(
        "[UnboundDimension] kws.onnx, node 'fc' (MatMul): dimension 'N' of input 'x' has no size."
            + " Bind it with --dim NAME=VALUE.",
        Diagnostic.of(DiagnosticCode.UNBOUND_DIMENSION, FC, "N", "x").text());
  }

  @Test
  void textLeavesOutWhatIsNotKnown() {
    Diagnostic d = Diagnostic.of(DiagnosticCode.OPTION_INVALID, SourceRef.NONE, "no such thing");
    assertEquals("[OptionInvalid] no such thing.", d.text());
    assertEquals(d.text(), d.toString());
    assertEquals(Severity.ERROR, d.severity());
  }

  @Test
  void referencesNameEveryPartThatIsKnown() {
    assertEquals("", SourceRef.NONE.toString());
    assertEquals("recipe.yaml:7", SourceRef.file("recipe.yaml").atLine(7).toString());
    assertEquals("kws.onnx, node 'fc' (MatMul), pass 'prune'", FC.inPass("prune").toString());
    assertEquals("pass 'prune'", SourceRef.NONE.inPass("prune").toString());
    assertEquals("node 'fc' (MatMul)", SourceRef.NONE.atNode("fc", "MatMul").toString());
  }

  @Test
  void originsUniteInOrderWithoutDuplicates() {
    Origin both = Origin.of("conv").by("fold").and(Origin.of("relu").and(Origin.of("conv")));
    assertEquals(List.of("conv", "relu"), both.nodes());
    assertEquals(List.of("fold"), both.passes());
    assertEquals(both, both.by("fold"));
    assertEquals(List.of("fold", "prune"), both.by("prune").passes());
    assertEquals(both, both.and(Origin.NONE));
  }

  @Test
  void sinkGathersAndThrowsOnceAtTheSyncPoint() {
    DiagnosticSink sink = new DiagnosticSink();
    sink.report(DiagnosticCode.BATCH_IS_ONE, SourceRef.NONE, "N");
    assertFalse(sink.hasErrors());
    sink.throwIfErrors();
    sink.report(DiagnosticCode.OPTION_INVALID, SourceRef.NONE, "first");
    sink.report(DiagnosticCode.OPTION_INVALID, FC, "second");
    sink.report(DiagnosticCode.OPTION_INVALID, SourceRef.NONE, "first");
    assertTrue(sink.hasErrors());
    CompileException e = assertThrows(CompileException.class, sink::throwIfErrors);
    assertEquals(sink.diagnostics(), e.diagnostics());
    assertEquals(
        """
        [BatchIsOne] the batch dimension 'N' is taken as 1. Bind another size with --dim NAME=VALUE.
        [OptionInvalid] first.
        [OptionInvalid] kws.onnx, node 'fc' (MatMul): second.""",
        e.getMessage());
  }

  @Test
  void exceptionOfOneDiagnosticCarriesIt() {
    CompileException e = new CompileException(DiagnosticCode.OPTION_INVALID, FC, "bad");
    assertEquals(List.of(Diagnostic.of(DiagnosticCode.OPTION_INVALID, FC, "bad")), e.diagnostics());
  }
}
