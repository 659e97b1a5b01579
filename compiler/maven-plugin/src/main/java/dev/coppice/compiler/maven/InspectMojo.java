package dev.coppice.compiler.maven;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.InspectionText;
import dev.coppice.compiler.driver.ModelInspector;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Shows inputs, outputs, operators, multiply-accumulates, weight bytes and the planned arena of
 * models: of the one that {@code -Dcoppice.model=FILE} names, or of all that are configured. Needs
 * no project.
 */
@Mojo(name = "inspect", requiresProject = false, threadSafe = true)
public final class InspectMojo extends AbstractMojo {
  /** The ONNX file to inspect. */
  @Parameter(property = "coppice.model")
  private @Nullable File model;

  /** The models to inspect if {@code model} is absent, as those of {@code compile}. */
  @Parameter private List<Model> models = new ArrayList<>();

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    List<Model> inspected = model == null ? models : List.of(Model.of(model));
    if (inspected.isEmpty()) {
      throw new MojoFailureException(
          "there is no model to inspect: give -Dcoppice.model=FILE, or configure <models>");
    }
    DiagnosticSink problems = new DiagnosticSink();
    for (Model m : inspected) {
      try {
        ModelInspector.Inspection inspection = ModelInspector.inspect(m.request());
        getLog().info(m.fileName());
        InspectionText.lines(inspection).forEach(getLog()::info);
        inspection.problems().forEach(problems::report);
      } catch (CompileException e) {
        e.diagnostics().forEach(problems::report);
      } catch (RuntimeException e) {
        throw new MojoExecutionException(
            "a bug in the compiler, please report it with " + m.fileName() + ": " + e, e);
      }
    }
    if (problems.hasErrors()) {
      throw Messages.failure(problems.diagnostics());
    }
  }
}
