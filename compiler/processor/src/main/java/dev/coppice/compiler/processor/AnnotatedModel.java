package dev.coppice.compiler.processor;

import dev.coppice.annotations.OnnxModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * One {@link OnnxModel} annotation on a type, with its place in the source.
 *
 * @param type the annotated type
 * @param mirror the annotation as written
 * @param annotation its values
 */
record AnnotatedModel(TypeElement type, AnnotationMirror mirror, OnnxModel annotation) {

  /** The models that {@code type} names by {@code annotationType}, which may be the container. */
  static List<AnnotatedModel> of(TypeElement type, TypeElement annotationType) {
    List<AnnotationMirror> mirrors = new ArrayList<>();
    for (AnnotationMirror m : type.getAnnotationMirrors()) {
      if (m.getAnnotationType().asElement().equals(annotationType)) {
        if (annotationType.getQualifiedName().contentEquals(OnnxModel.class.getCanonicalName())) {
          mirrors.add(m);
        } else {
          m.getElementValues().values().forEach(v -> addAll(v, mirrors));
        }
      }
    }
    OnnxModel[] annotations = type.getAnnotationsByType(OnnxModel.class);
    List<AnnotatedModel> models = new ArrayList<>();
    for (int i = 0; i < mirrors.size(); i++) {
      models.add(new AnnotatedModel(type, mirrors.get(i), annotations[i]));
    }
    return models;
  }

  private static void addAll(AnnotationValue list, List<AnnotationMirror> mirrors) {
    for (Object v : (List<?>) list.getValue()) {
      mirrors.add((AnnotationMirror) ((AnnotationValue) v).getValue());
    }
  }

  /** The annotation's member as written; null if it has its default. */
  @Nullable AnnotationValue value(String member) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> e :
        mirror.getElementValues().entrySet()) {
      if (e.getKey().getSimpleName().contentEquals(member)) {
        return e.getValue();
      }
    }
    return null;
  }

  /** Whether the generated class implements the annotated type. */
  boolean isInterface() {
    return type.getKind() == ElementKind.INTERFACE;
  }

  /** Simple name of the generated class. */
  String className() {
    if (!annotation.className().isEmpty()) {
      return annotation.className();
    }
    return isInterface() ? "Coppice" + joinedName() : nameOfFile(annotation.value());
  }

  /** {@code OuterInner} for a nested type. */
  private String joinedName() {
    StringBuilder name = new StringBuilder(type.getSimpleName());
    Element outer = type.getEnclosingElement();
    while (outer instanceof TypeElement t) {
      name.insert(0, t.getSimpleName());
      outer = t.getEnclosingElement();
    }
    return name.toString();
  }

  /** {@code models/kws-small.onnx} gives {@code KwsSmall}. */
  private static String nameOfFile(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    StringBuilder name = new StringBuilder();
    boolean upper = true;
    for (char c : (dot < 0 ? file : file.substring(0, dot)).toCharArray()) {
      if (!Character.isJavaIdentifierPart(c) || c == '_' || c == '$') {
        upper = true;
      } else {
        name.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    boolean start = name.length() > 0 && Character.isJavaIdentifierStart(name.charAt(0));
    return start ? name.toString() : "Model" + name;
  }
}
