package dev.coppice.compiler.processor;

import dev.coppice.annotations.Backend;
import dev.coppice.annotations.OnnxModel;
import dev.coppice.annotations.WeightStorage;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.Severity;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.choice.CostFile;
import dev.coppice.compiler.driver.choice.Planning;
import dev.coppice.compiler.driver.choice.ScheduleFile;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.GeneratedModel.VectorApi;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic.Kind;

/** What is done for one annotation: validate, report, generate if nothing is wrong. */
final class ModelStep {
  private static final String VECTOR_CLASS = GeneratedModel.VECTOR_MODULE + ".FloatVector";

  private final ProcessingEnvironment environment;
  private final DiagnosticSink problems = new DiagnosticSink();

  ModelStep(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  /** Whether the class was generated or an error was reported. */
  boolean run(AnnotatedModel model) {
    Optional<ExecutableElement> method =
        model.isInterface()
            ? new InterfaceCheck(environment, problems).method(model.type())
            : Optional.empty();
    Optional<CompileRequest> request = request(model, method);
    Optional<ImportedModel> imported = request.flatMap(this::load);
    if (imported.isPresent() && method.isPresent()) {
      new SignatureCheck(problems).check(method.get(), imported.get());
    }
    if (!problems.hasErrors() && imported.isPresent()) {
      generate(model, imported.get(), request.get());
    }
    problems.diagnostics().forEach(d -> print(model, d));
    return true;
  }

  private Optional<CompileRequest> request(
      AnnotatedModel model, Optional<ExecutableElement> method) {
    TypeElement type = model.type();
    String packageName =
        environment.getElementUtils().getPackageOf(type).getQualifiedName().toString();
    String name = model.className();
    if (!SourceVersion.isIdentifier(name) || SourceVersion.isKeyword(name)) {
      problem("className '" + name + "' is no Java identifier");
    }
    Map<String, List<Integer>> dims = new Bindings(problems).dims(model.annotation().dims());
    Map<String, String> binds = new Bindings(problems).binds(model.annotation().binds());
    try {
      ModelFiles files = new ModelFiles(environment);
      ModelSource source = files.find(model.annotation().value(), packageName);
      CompileRequest request =
          CompileRequest.of(source, packageName.isEmpty() ? name : packageName + "." + name)
              .withBackend(backend(model.annotation().backend()))
              .withThreads(model.annotation().threads())
              .withWeights(weights(model.annotation().weights()))
              .withCodedWeights(model.annotation().codedWeights())
              .binding(dims, binds)
              .planningBy(planning(model.annotation(), files, packageName));
      return Optional.of(
          method.isEmpty()
              ? request
              : request.implementing(
                  new CompileRequest.Implemented(
                      type.getQualifiedName().toString(),
                      method.get().getSimpleName().toString(),
                      isPublic(type))));
    } catch (CompileException e) {
      e.diagnostics().forEach(problems::report);
      return Optional.empty();
    }
  }

  private static Planning planning(OnnxModel annotation, ModelFiles files, String packageName) {
    Optional<CostFile> costs =
        named(annotation.costs()).map(path -> CostFile.parse(files.text(path, packageName)));
    Optional<ScheduleFile> schedules =
        named(annotation.schedules())
            .map(path -> ScheduleFile.parse(files.text(path, packageName)));
    return new Planning(costs, schedules);
  }

  /** A member that may be absent, which is an empty text. */
  private static Optional<String> named(String path) {
    return Optional.of(path).filter(p -> !p.isEmpty());
  }

  private static String backend(Backend backend) {
    return backend.name().toLowerCase(Locale.ROOT);
  }

  private static EmitOptions.WeightStorage weights(WeightStorage weights) {
    return EmitOptions.WeightStorage.valueOf(weights.name());
  }

  private static boolean isPublic(TypeElement type) {
    for (Element e = type; e instanceof TypeElement; e = e.getEnclosingElement()) {
      if (!e.getModifiers().contains(Modifier.PUBLIC)) {
        return false;
      }
    }
    return true;
  }

  private Optional<ImportedModel> load(CompileRequest request) {
    try {
      return Optional.of(ModelCompiler.load(request));
    } catch (CompileException e) {
      e.diagnostics().forEach(problems::report);
      return Optional.empty();
    }
  }

  private void generate(AnnotatedModel model, ImportedModel imported, CompileRequest request) {
    String name = request.className();
    if (environment.getElementUtils().getTypeElement(name) != null) {
      problem("there already is a class " + name + "; give another one with className = \"...\"");
      return;
    }
    try {
      CompileResult result = ModelCompiler.compile(imported, request);
      checkVectorApi(request, result.generated());
      result.notes().forEach(problems::report);
      new FilerSink(environment.getFiler(), model.type()).write(result.generated());
    } catch (CompileException e) {
      e.diagnostics().forEach(problems::report);
    } catch (IOException e) {
      problems.report(DiagnosticCode.OUTPUT_FAILED, SourceRef.NONE, name, FileProblem.of(e));
    }
  }

  /** Without this, javac would find fault with every line of the generated source instead. */
  private void checkVectorApi(CompileRequest request, GeneratedModel generated) {
    if (generated.vectorApi() != VectorApi.UNUSED
        && environment.getElementUtils().getTypeElement(VECTOR_CLASS) == null) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.NONE,
          "javac does not see the Vector API, which backend '"
              + request.backend()
              + "' needs; give it --add-modules "
              + GeneratedModel.VECTOR_MODULE
              + ", in JDK 17 or newer");
    }
  }

  private void problem(String message) {
    problems.report(DiagnosticCode.ANNOTATED_TYPE_UNSUITABLE, SourceRef.NONE, message);
  }

  private void print(AnnotatedModel model, Diagnostic d) {
    if (d.severity() == Severity.NOTE) {
      return;
    }
    Kind kind = d.severity() == Severity.ERROR ? Kind.ERROR : Kind.WARNING;
    environment
        .getMessager()
        .printMessage(kind, text(d), model.type(), model.mirror(), model.value("value"));
  }

  /** The text with the annotation's members in place of the command's options. */
  private static String text(Diagnostic d) {
    return d.text()
        .replace("--dim NAME=VALUE", "dims = \"NAME=VALUE\"")
        .replace("--bind NAME=VALUE", "binds = \"NAME=VALUE\"");
  }
}
