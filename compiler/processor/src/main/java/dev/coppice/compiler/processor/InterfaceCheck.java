package dev.coppice.compiler.processor;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** Whether a class can implement an annotated interface by running a model. */
final class InterfaceCheck {
  private final ProcessingEnvironment environment;
  private final DiagnosticSink problems;

  InterfaceCheck(ProcessingEnvironment environment, DiagnosticSink problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** The method that runs the model; empty if an error was reported that leaves none. */
  Optional<ExecutableElement> method(TypeElement type) {
    String name = type.getSimpleName().toString();
    if (!type.getTypeParameters().isEmpty()) {
      problem("interface %s has type parameters; a model has none".formatted(name));
    }
    for (Element e = type; e instanceof TypeElement; e = e.getEnclosingElement()) {
      if (e.getModifiers().contains(Modifier.PRIVATE)) {
        problem("%s is private, so that no class of its package can implement it".formatted(name));
      }
    }
    if (type.getModifiers().stream().anyMatch(m -> m.toString().equals("sealed"))) {
      problem(
          "interface %s is sealed, so that the generated class cannot implement it"
              .formatted(name));
    }
    List<ExecutableElement> methods = new ArrayList<>();
    for (ExecutableElement m :
        ElementFilter.methodsIn(environment.getElementUtils().getAllMembers(type))) {
      if (m.getModifiers().contains(Modifier.ABSTRACT)) {
        methods.add(m);
      }
    }
    if (methods.size() != 1) {
      problem(
          ("interface %s has %d abstract methods%s; it needs one, such as void run(float[] features,"
                  + " float[] scores)")
              .formatted(name, methods.size(), methods.isEmpty() ? "" : " " + methods));
      return Optional.empty();
    }
    ExecutableElement method = methods.get(0);
    checkMethod(method);
    return Optional.of(method);
  }

  private void checkMethod(ExecutableElement method) {
    String name = method.getSimpleName().toString();
    if (method.getReturnType().getKind() != TypeKind.VOID) {
      problem(
          "method %s returns %s; it must return void, since results go to the caller's arrays"
              .formatted(name, method.getReturnType()));
    }
    if (!method.getTypeParameters().isEmpty()) {
      problem("method %s has type parameters; a model has none".formatted(name));
    }
    for (VariableElement p : method.getParameters()) {
      if (!isPrimitiveArray(p.asType())) {
        problem(
            "parameter %s of method %s is %s; a tensor is a flat array such as float[]"
                .formatted(p.getSimpleName(), name, p.asType()));
      }
    }
  }

  private static boolean isPrimitiveArray(TypeMirror type) {
    return type instanceof ArrayType a && a.getComponentType().getKind().isPrimitive();
  }

  private void problem(String message) {
    problems.report(DiagnosticCode.ANNOTATED_TYPE_UNSUITABLE, SourceRef.NONE, message);
  }
}
