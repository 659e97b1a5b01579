package dev.coppice.compiler.maven;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.measure.KernelTimer;
import dev.coppice.compiler.driver.measure.ScheduleTuner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Measures on this machine the schedules of the layers of all models that are configured with
 * {@code schedules}, and writes the fastest to that file, which {@code compile} reads. Runs on
 * demand: the files belong to the project's sources.
 *
 * <pre>{@code
 * <model>
 *   <file>src/main/models/kws.onnx</file>
 *   <className>com.acme.Kws</className>
 *   <schedules>src/main/models/kws.schedules</schedules>
 * </model>
 * }</pre>
 */
@Mojo(name = "tune")
public final class TuneMojo extends AbstractMojo {
  /** The models, as those of {@code compile}. */
  @Parameter(required = true)
  private List<Model> models = new ArrayList<>();

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    DiagnosticSink problems = new DiagnosticSink();
    for (Model model : models) {
      Optional<Path> file = model.schedules();
      if (file.isEmpty()) {
        getLog().info(model.className() + " has no <schedules> to write.");
        continue;
      }
      try {
        CompileRequest request = model.predicted();
        ScheduleTuner.tune(
            ModelCompiler.load(request),
            request,
            file.get(),
            KernelTimer.of(System::nanoTime),
            getLog()::info);
        getLog().info("Wrote " + file.get() + ".");
      } catch (CompileException e) {
        e.diagnostics().forEach(problems::report);
      } catch (RuntimeException e) {
        throw new MojoExecutionException(
            "a bug in the compiler, please report it with " + model.fileName() + ": " + e, e);
      }
    }
    if (problems.hasErrors()) {
      throw Messages.failure(problems.diagnostics());
    }
  }
}
