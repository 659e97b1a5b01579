package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.lowering.Variant;
import dev.coppice.runtime.WarmUp;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** The method that has the JIT compile the model before it is needed: runs it on zeros. */
final class ModelWarmUp {
  static final String NAME = "warmUp";

  private final ModelContext c;

  private ModelWarmUp(ModelContext c) {
    this.c = c;
  }

  static void add(TypeSpec.Builder type, ModelContext c) {
    new ModelWarmUp(c).addTo(type);
  }

  private void addTo(TypeSpec.Builder type) {
    if (c.variants().size() == 1) {
      type.addMethod(runs(signature(), c.at(c.variants().get(0))));
      return;
    }
    MethodSpec.Builder all = signature();
    List<MethodSpec> each = new ArrayList<>();
    for (Variant variant : c.variants()) {
      String name = NAME + VariantChoice.suffix(variant);
      all.addStatement("$L()", name);
      each.add(runs(MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE), c.at(variant)));
    }
    type.addMethod(all.build());
    each.forEach(type::addMethod);
  }

  /** The public method without its body. */
  static MethodSpec.Builder signature() {
    return MethodSpec.methodBuilder(NAME)
        .addModifiers(Modifier.PUBLIC)
        .addJavadoc(
            """
            Runs the model on zeros until the JIT has compiled it: until it gets no faster, for a second
            at least and a minute at most. Makes arrays for that. Results of later runs are the same with
            and without it.
            """);
  }

  private static MethodSpec runs(MethodSpec.Builder method, ModelContext at) {
    JavaNames names = new JavaNames();
    at.portNames().forEach(names::fresh);
    String progress = names.fresh("progress");
    for (int i = 0; i < at.ports().size(); i++) {
      Port port = at.ports().get(i);
      String element = FieldNames.element(port.dtype().storage());
      method.addStatement(
          "$1L[] $2L = new $1L[$3L]", element, at.portNames().get(i), port.shape().size());
    }
    method.addStatement("$1T $2L = new $1T()", WarmUp.class, progress);
    method.beginControlFlow("while ($L.goesOn())", progress);
    method.addStatement("$L($L)", at.options().runName(), at.arguments());
    return method.endControlFlow().build();
  }
}
