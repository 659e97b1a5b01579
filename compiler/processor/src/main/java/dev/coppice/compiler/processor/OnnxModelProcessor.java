package dev.coppice.compiler.processor;

import com.google.auto.service.AutoService;
import dev.coppice.annotations.OnnxModel;
import dev.coppice.annotations.OnnxModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/**
 * Compiles the models that {@link OnnxModel} names. Says nothing when all is well; every mistake is
 * an error at the annotation, all of one annotation at once.
 *
 * <p>The option {@value ModelFiles#OPTION} names the folder that model paths are relative to.
 */
@AutoService(Processor.class)
public final class OnnxModelProcessor extends AbstractProcessor {
  private final Map<AnnotatedModel, Boolean> models = new LinkedHashMap<>();

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(OnnxModel.class.getCanonicalName(), OnnxModels.class.getCanonicalName());
  }

  @Override
  public Set<String> getSupportedOptions() {
    return Set.of(ModelFiles.OPTION);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  // The annotations are this processor's alone; unclaimed, they make -Xlint:processing warn.
  @SuppressWarnings("DoNotClaimAnnotations")
  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (TypeElement annotation : annotations) {
      for (Element element : round.getElementsAnnotatedWith(annotation)) {
        AnnotatedModel.of((TypeElement) element, annotation)
            .forEach(m -> models.put(m, generate(m)));
      }
    }
    if (round.processingOver()) {
      models.forEach(
          (model, settled) -> {
            if (!settled) {
              error(model, "compiler bug: nothing was generated and no error was reported.");
            }
          });
    }
    return true;
  }

  /** Whether the class was generated or an error says why not. */
  private boolean generate(AnnotatedModel model) {
    try {
      return new ModelStep(processingEnv).run(model);
    } catch (RuntimeException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      error(model, "This is a bug in the compiler; please report it with the model.\n" + trace);
      return true;
    }
  }

  private void error(AnnotatedModel model, String message) {
    processingEnv
        .getMessager()
        .printMessage(
            Diagnostic.Kind.ERROR, message, model.type(), model.mirror(), model.value("value"));
  }
}
