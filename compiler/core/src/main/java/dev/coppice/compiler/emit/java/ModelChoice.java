package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.runtime.VectorChoice;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;

/**
 * The class that users see of a model with code of two backends. It chooses when it is initialized
 * and hands every call to the class of that backend; the other one is never loaded, nor are its
 * weights.
 */
final class ModelChoice {
  private static final String NOTE =
      "Computes with jdk.incubator.vector where the JVM has that module and keeps its vectors in"
          + " registers, else in plain Java; BACKEND says which. Costs are those of the code that"
          + " takes more.";

  private final ModelContext c;
  private final ClassName choice = ClassName.get(VectorChoice.class);
  private final ModelContext fallback;
  private final ModelContext preferred;

  private ModelChoice(ModelContext c, ModelContext fallback, ModelContext preferred) {
    this.c = c;
    this.fallback = fallback;
    this.preferred = preferred;
  }

  /** The options of the class of one backend: {@code Kws_Vector} for {@code Kws}. */
  static EmitOptions part(EmitOptions options, String backend) {
    return options.part(backend.substring(0, 1).toUpperCase(Locale.ROOT) + backend.substring(1));
  }

  /** The method of the preferred class by which its backend is known to be there, and how wide. */
  static MethodSpec lanes() {
    return MethodSpec.methodBuilder("lanes")
        .addJavadoc("Floats of a register.\n")
        .addModifiers(Modifier.STATIC)
        .returns(int.class)
        .addCode(
            RuntimeTypes.code(
                "return " + RuntimeTypes.FLOAT_VECTOR + ".SPECIES_PREFERRED.length();\n"))
        .build();
  }

  /**
   * The class.
   *
   * @param fallback what every JVM runs
   * @param preferred what is run where the Vector API is fast
   * @param options how users see it
   */
  static TypeSpec type(ModelContext fallback, ModelContext preferred, EmitOptions options) {
    WeightLayout layout =
        preferred.layout().bytes() > fallback.layout().bytes()
            ? preferred.layout()
            : fallback.layout();
    ModelContext whole =
        new ModelContext(
            "",
            preferred.variants(),
            preferred.plan(),
            MemoryPlan.union(List.of(fallback.memory(), preferred.memory())),
            options.withNotes(List.of(NOTE)),
            layout,
            preferred.sections(),
            preferred.inputNames(),
            preferred.outputNames());
    return new ModelChoice(whole, fallback, preferred).type();
  }

  private TypeSpec type() {
    TypeSpec.Builder type = ModelSources.classBuilder(c.options());
    ModelMetadata.add(type, c, "backend()");
    for (ModelContext part : List.of(fallback, preferred)) {
      type.addField(
          FieldSpec.builder(className(part), part.backend(), Modifier.PRIVATE, Modifier.FINAL)
              .build());
    }
    type.addMethod(constructor());
    type.addMethod(handOn(ModelRun.signature(c), "run", c.arguments()));
    type.addMethod(handOn(ModelWarmUp.signature(), ModelWarmUp.NAME, ""));
    return type.addMethod(backend()).build();
  }

  private ClassName className(ModelContext part) {
    return ClassName.get(part.options().packageName(), part.options().className());
  }

  private MethodSpec constructor() {
    MethodSpec.Builder constructor = ModelState.constructor(c);
    constructor.beginControlFlow("if (BACKEND.equals($S))", preferred.backend());
    constructor.addStatement("$L = new $T()", preferred.backend(), className(preferred));
    constructor.addStatement("$L = null", fallback.backend());
    constructor.nextControlFlow("else");
    constructor.addStatement("$L = null", preferred.backend());
    constructor.addStatement("$L = new $T()", fallback.backend(), className(fallback));
    return constructor.endControlFlow().build();
  }

  /** With {@code this}, since a port may have the name of a field. */
  private MethodSpec handOn(MethodSpec.Builder method, String name, String arguments) {
    method.beginControlFlow("if (this.$L != null)", preferred.backend());
    method.addStatement("this.$L.$L($L)", preferred.backend(), name, arguments);
    method.nextControlFlow("else");
    method.addStatement("this.$L.$L($L)", fallback.backend(), name, arguments);
    return method.endControlFlow().build();
  }

  /** A class that cannot be linked is a JVM without the module, or older than it. */
  private MethodSpec backend() {
    return MethodSpec.methodBuilder("backend")
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .returns(String.class)
        .beginControlFlow("try")
        .addStatement(
            "return $1T.mayBeFast() ? $1T.backend($2T.lanes()) : $1T.PORTABLE",
            choice,
            className(preferred))
        .nextControlFlow("catch ($T e)", LinkageError.class)
        .addComment("A JVM without the module, or too old for it.")
        .addStatement("return $T.backend(e)", choice)
        .endControlFlow()
        .build();
  }
}
