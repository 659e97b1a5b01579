package dev.coppice.compiler.maven;

import dev.coppice.compiler.compress.CompressedFile;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      Path target = out.toPath().toAbsolutePath();
      Files.createDirectories(target.getParent());
      CompressedFile.write(model.toPath(), recipe.toPath(), target, notes).forEach(getLog()::info);
    } catch (CompileException e) {
      throw Messages.failure(e.diagnostics());
    } catch (IOException e) {
      throw new MojoExecutionException("cannot make the folder of " + out + ": " + e, e);
    } catch (RuntimeException e) {
      throw new MojoExecutionException(
          "a bug in the compiler, please report it with " + model.getName() + ": " + e, e);
    }
    notes.diagnostics().forEach(d -> Messages.log(d, getLog()));
  }
}
