package dev.coppice.compiler.maven;

import dev.coppice.compiler.compress.CompressionJob;
import dev.coppice.compiler.compress.report.HtmlReport;
import dev.coppice.compiler.compress.report.JsonReport;
import dev.coppice.compiler.compress.report.RunReport;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.OutputFile;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Compresses an ONNX model by recipe and writes standard ONNX. Runs on demand; a build that
 * compresses what it compiles binds it to {@code generate-sources}, in an execution before that of
 * {@code compile}:
 *
 * <pre>{@code
 * <execution>
 *   <phase>generate-sources</phase>
 *   <goals><goal>compress</goal></goals>
 *   <configuration>
 *     <model>src/main/models/kws.onnx</model>
 *     <recipe>src/main/models/kws-small.yaml</recipe>
 *     <out>target/models/kws-small.onnx</out>
 *   </configuration>
 * </execution>
 * }</pre>
 */
@Mojo(name = "compress", requiresProject = false, threadSafe = true)
public final class CompressMojo extends AbstractMojo {
  /** The ONNX file to compress; it stays as it is. */
  @Parameter(property = "coppice.model", required = true)
  private File model;

  /** What to do: a YAML file, as {@code coppice compress --help} describes it. */
  @Parameter(property = "coppice.recipe", required = true)
  private File recipe;

  /** The compressed model; replaced if it is there. */
  @Parameter(property = "coppice.out", required = true)
  private File out;

  /** A web page that tells what was done and what it costs; none if it is not given. */
  @Parameter(property = "coppice.report")
  private File report;

  /** The same as JSON. */
  @Parameter(property = "coppice.json")
  private File json;

  /** Whether steps that an earlier run has finished are done again. */
  @Parameter(property = "coppice.fresh", defaultValue = "false")
  private boolean fresh;

  /** Does nothing if true. */
  @Parameter(property = "coppice.skip", defaultValue = "false")
  private boolean skip;

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("Skipped.");
      return;
    }
    DiagnosticSink notes = new DiagnosticSink();
    try {
      OutputFile.check(report == null ? null : report.toPath());
      OutputFile.check(json == null ? null : json.toPath());
      Path target = out.toPath().toAbsolutePath();
      CompressionJob job =
          new CompressionJob(model.toPath(), recipe.toPath(), target, Map.of(), fresh);
      CompressionJob.Outcome outcome = job.run(notes, this::progress);
      outcome
          .result()
          .steps()
          .forEach(
              step -> {
                getLog().info(step.method());
                step.findings().decisions().forEach(d -> getLog().info("  " + d.text()));
              });
      outcome.summary().forEach(getLog()::info);
      writeReport(outcome, notes);
    } catch (CompileException e) {
      throw Messages.failure(e.diagnostics());
    } catch (RuntimeException e) {
      throw new MojoExecutionException(
          "a bug in the compiler, please report it with " + model.getName() + ": " + e, e);
    }
    notes.diagnostics().forEach(d -> Messages.log(d, getLog()));
  }

  private void progress(String task, int done, int of) {
    getLog().debug(task + " " + done + "/" + of);
  }

  private void writeReport(CompressionJob.Outcome outcome, DiagnosticSink notes) {
    if (report == null && json == null) {
      return;
    }
    RunReport written = outcome.report(List.of(), notes, this::progress);
    if (report != null) {
      HtmlReport.write(written, report.toPath());
    }
    if (json != null) {
      JsonReport.write(written, json.toPath());
    }
  }
}
