package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.ModelOverview;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import java.util.List;
import java.util.Optional;

/** Looks at a model: what it declares, what it would cost, and why it is refused if it is. */
public final class ModelInspector {
  private ModelInspector() {}

  /**
   * What there is to know about a model.
   *
   * @param overview what the file declares
   * @param report what it costs; empty if it is refused
   * @param notes what the user may want to know about a model that is not refused
   * @param problems why it is refused; empty if it is not
   */
  public record Inspection(
      ModelOverview overview,
      Optional<CompileReport> report,
      List<Diagnostic> notes,
      List<Diagnostic> problems) {
    public Inspection {
      notes = List.copyOf(notes);
      problems = List.copyOf(problems);
    }
  }

  /**
   * Inspects the model of {@code request}.
   *
   * @throws CompileException if the file cannot be read as a model at all
   */
  public static Inspection inspect(CompileRequest request) {
    ModelProto proto = request.model().load(ImportLimits.defaults());
    try {
      ImportedModel model = ModelCompiler.load(request, proto);
      DiagnosticSink notes = new DiagnosticSink();
      model.notes().forEach(notes::report);
      CompileReport report = ModelCompiler.report(model, request, notes);
      return new Inspection(model.overview(), Optional.of(report), notes.diagnostics(), List.of());
    } catch (CompileException e) {
      return new Inspection(ModelOverview.of(proto), Optional.empty(), List.of(), e.diagnostics());
    }
  }
}
