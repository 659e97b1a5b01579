package dev.coppice.compiler.pass.integer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NoteFloatLayersTest {
  private static List<Diagnostic> notes(String weights) {
    Graph g =
        GraphText.parse(
            """
            graph g(x: f32[1,3,4]) -> (y) {
              q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
              c = Conv(q, w: f32[2,3,1]%s) {strides=[1], pads=[0,0], dilations=[1], group=1}
              y = Requantize(c, p: f32[] = 0.5) {divide=true, low=-128, high=127}
            }
            """
                .formatted(weights));
    DiagnosticSink sink = new DiagnosticSink();
    assertSame(g, new NoteFloatLayers().run(g, new PassContext(sink)));
    return sink.diagnostics();
  }

  @Test
  void realWeightsAreNoted() {
    List<Diagnostic> notes = notes(" = [0.123, 0.7777, 3.1415926, 0.001, 0.5, 0.9999]");
    assertEquals(1, notes.size());
    assertEquals(DiagnosticCode.LAYER_KEPT_IN_FLOAT, notes.get(0).code());
    assertTrue(notes.get(0).toString().contains("not 8-bit integers"), notes.toString());
  }

  @Test
  void integersAreNot() {
    assertEquals(List.of(), notes(" = [1, 2, 3, -4, 5, 6]"));
  }
}
