package dev.coppice.compiler.maven;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompileCache;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.DirectorySink;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.GeneratedModel.VectorApi;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.Resource;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/**
 * Compiles ONNX models to Java classes of this project: generated source is compiled with the
 * project's own, weights become resources. A model is compiled again only if it, its configuration,
 * the compiler or a generated file has changed.
 *
 * <pre>{@code
 * <models>
 *   <model>
 *     <file>src/main/models/kws.onnx</file>
 *     <className>com.acme.Kws</className>
 *   </model>
 * </models>
 * }</pre>
 */
@Mojo(name = "compile", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true)
public final class CompileMojo extends AbstractMojo {
  private static final String COMPILER_PLUGIN = "org.apache.maven.plugins:maven-compiler-plugin";

  private static final String COMPILER_CONFIGURATION =
      """
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <configuration>
          <compilerArgs>
            <arg>--add-modules</arg>
            <arg>jdk.incubator.vector</arg>
          </compilerArgs>
        </configuration>
      </plugin>\
      """;

  /**
   * The models. Each has {@code file} and {@code className}; {@code backend} ({@code portable},
   * {@code vector} or {@code auto}), {@code threads} (1), {@code weights} ({@code resource} or
   * {@code source}), {@code dims} (sizes of symbolic dimensions: {@code
   * <dims><seq>16</seq></dims>}), {@code binds} (inputs that become constants: {@code
   * <binds><sr>16000</sr></binds>}), {@code costs} (a file of {@code coppice calibrate}) and {@code
   * schedules} (a file of the goal {@code tune}) are optional.
   */
  @Parameter(required = true)
  private List<Model> models = new ArrayList<>();

  /** Where generated source goes; a source root of the project. */
  @Parameter(defaultValue = "${project.build.directory}/generated-sources/coppice")
  private File sourceDirectory;

  /** Where weights go; a resource folder of the project. */
  @Parameter(defaultValue = "${project.build.directory}/generated-resources/coppice")
  private File resourceDirectory;

  /** Where it is remembered what was generated from what. */
  @Parameter(defaultValue = "${project.build.directory}/coppice")
  private File cacheDirectory;

  /** Does nothing if true. */
  @Parameter(property = "coppice.skip", defaultValue = "false")
  private boolean skip;

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private MavenProject project;

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("Skipped.");
      return;
    }
    DiagnosticSink problems = new DiagnosticSink();
    Set<String> names = new LinkedHashSet<>();
    for (Model model : models) {
      if (!names.add(model.className())) {
        problems.report(
            DiagnosticCode.OPTION_INVALID,
            SourceRef.NONE,
            "two models have the class name " + model.className());
        continue;
      }
      try {
        compile(model);
      } catch (CompileException e) {
        e.diagnostics().forEach(problems::report);
      } catch (IOException e) {
        throw new MojoExecutionException(
            "cannot write what " + model.fileName() + " generates: " + e, e);
      } catch (RuntimeException e) {
        throw new MojoExecutionException(
            "a bug in the compiler, please report it with " + model.fileName() + ": " + e, e);
      }
    }
    if (problems.hasErrors()) {
      throw Messages.failure(problems.diagnostics());
    }
    project.addCompileSourceRoot(sourceDirectory.getPath());
    Resource resource = new Resource();
    resource.setDirectory(resourceDirectory.getPath());
    project.addResource(resource);
  }

  /** Whether the project's javac is given the module, in whatever execution. */
  private boolean javacSeesVectorApi() {
    Plugin plugin = project.getPlugin(COMPILER_PLUGIN);
    if (plugin == null) {
      return false;
    }
    List<Object> configurations = new ArrayList<>();
    configurations.add(plugin.getConfiguration());
    plugin.getExecutions().forEach(e -> configurations.add(e.getConfiguration()));
    return String.valueOf(configurations).contains(GeneratedModel.VECTOR_MODULE);
  }

  private void compile(Model model) throws IOException {
    CompileRequest request = model.request();
    CompileCache cache = new CompileCache(cacheDirectory.toPath());
    String key = CompileCache.key(request);
    if (cache.isFresh(request.className(), key)) {
      getLog().info(request.className() + " is up to date.");
      return;
    }
    CompileResult result = ModelCompiler.compile(request);
    DirectorySink sink = new DirectorySink(sourceDirectory.toPath(), resourceDirectory.toPath());
    sink.write(result.generated());
    cache.record(request.className(), key, sink.paths(result.generated()));
    for (Diagnostic d : result.notes()) {
      Messages.log(d, getLog());
    }
    if (result.generated().vectorApi() != VectorApi.UNUSED && !javacSeesVectorApi()) {
      getLog().warn(request.className() + " does not compile without\n" + COMPILER_CONFIGURATION);
    }
    getLog().info("Compiled " + model.fileName() + " to " + request.className() + ".");
    result.report().notes().forEach(getLog()::info);
  }
}
