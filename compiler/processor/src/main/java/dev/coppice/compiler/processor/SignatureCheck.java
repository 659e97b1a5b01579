package dev.coppice.compiler.processor;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.java.JavaNames;
import dev.coppice.compiler.lowering.Port;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;

/**
 * Whether the parameters of a method are the inputs, then the outputs of a model, in the model's
 * order. Parameters may have any names; but one that has another input's or output's name is taken
 * for a mistake.
 */
final class SignatureCheck {
  private final DiagnosticSink problems;

  SignatureCheck(DiagnosticSink problems) {
    this.problems = problems;
  }

  /** Reports every difference between {@code method} and {@code model}. */
  void check(ExecutableElement method, ImportedModel model) {
    List<Port> ports = new ArrayList<>(model.inputs());
    ports.addAll(model.outputs());
    List<? extends VariableElement> parameters = method.getParameters();
    String name = method.getSimpleName().toString();
    String expected = "; expected " + declaration(name, ports);
    if (parameters.size() != ports.size()) {
      problem(
          "method %s has %d parameters, but the model has %d inputs and %d outputs"
                  .formatted(name, parameters.size(), model.inputs().size(), model.outputs().size())
              + expected);
      return;
    }
    for (int i = 0; i < ports.size(); i++) {
      VariableElement p = parameters.get(i);
      String kind = i < model.inputs().size() ? "input" : "output";
      String type = LoadedModel.arrayType(ports.get(i).dtype());
      if (isArray(p.asType()) && !withoutAnnotations(p.asType()).equals(type)) {
        problem(
            "parameter %d of method %s is %s %s, but %s '%s' is %s%s, an array %s"
                    .formatted(
                        i + 1,
                        name,
                        withoutAnnotations(p.asType()),
                        p.getSimpleName(),
                        kind,
                        ports.get(i).name(),
                        ports.get(i).dtype(),
                        ports.get(i).shape(),
                        type)
                + expected);
      }
      checkName(i, p.getSimpleName().toString(), name, ports, expected);
    }
  }

  private void checkName(
      int i, String parameter, String method, List<Port> ports, String expected) {
    if (matches(parameter, ports.get(i))) {
      return;
    }
    for (int j = 0; j < ports.size(); j++) {
      if (matches(parameter, ports.get(j))) {
        problem(
            "parameter %d of method %s is called %s, but '%s' is parameter %d by the model's order"
                    .formatted(i + 1, method, parameter, ports.get(j).name(), j + 1)
                + expected);
        return;
      }
    }
  }

  private static boolean matches(String parameter, Port port) {
    return parameter.equals(port.name()) || parameter.equals(JavaNames.legal(port.name()));
  }

  /** The method as it should be, with one name for each array. */
  private static String declaration(String method, List<Port> ports) {
    JavaNames names = new JavaNames();
    List<String> parameters = new ArrayList<>();
    for (Port p : ports) {
      parameters.add(LoadedModel.arrayType(p.dtype()) + " " + names.fresh(p.name()));
    }
    return "void " + method + "(" + String.join(", ", parameters) + ")";
  }

  private static boolean isArray(TypeMirror type) {
    return type instanceof javax.lang.model.type.ArrayType a
        && a.getComponentType().getKind().isPrimitive();
  }

  /** {@code float[]} for {@code @NonNull float[]} too. */
  private static String withoutAnnotations(TypeMirror type) {
    return type instanceof javax.lang.model.type.ArrayType a
        ? a.getComponentType().getKind().name().toLowerCase(java.util.Locale.ROOT) + "[]"
        : type.toString();
  }

  private void problem(String message) {
    problems.report(DiagnosticCode.SIGNATURE_MISMATCH, SourceRef.NONE, message);
  }
}
