package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter.Planned;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.GeneratedModel.SourceFile;
import dev.coppice.compiler.emit.GeneratedModel.VectorApi;
import dev.coppice.compiler.emit.weights.StoredWeights;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.KernelPlan;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/**
 * The sources and resources of a model: its class, its kernel classes and its weights. Where there
 * is code of two backends, each has a class of its own behind the one that users see.
 */
public final class ModelSources {
  private ModelSources() {}

  /** A model class and its kernel classes for one backend. */
  private record Part(Planned planned, EmitOptions options, KernelClasses kernels) {
    static Part of(Planned planned, EmitOptions options) {
      List<KernelCall> calls =
          planned.variants().stream().flatMap(v -> v.plan().calls().stream()).toList();
      return new Part(
          planned, options, KernelClasses.of(calls, options, planned.emitter().methods()));
    }
  }

  /**
   * Everything that is generated for a model.
   *
   * @param backends its plans for one backend; or for two: first the one that every JVM runs, then
   *     the one that is chosen where the Vector API is fast
   */
  public static GeneratedModel of(List<Planned> backends, EmitOptions options) {
    backends.forEach(b -> b.variants().forEach(v -> ModelLimits.check(v.plan())));
    List<Part> parts = new ArrayList<>();
    for (Planned b : backends) {
      parts.add(
          Part.of(
              b, backends.size() == 1 ? options : ModelChoice.part(options, b.emitter().name())));
    }
    WeightFile weights = new WeightFile(options);
    List<ModelContext> contexts = contexts(parts, weights);
    List<TypeSpec> types = new ArrayList<>();
    if (parts.size() > 1) {
      types.add(ModelChoice.type(contexts.get(0), contexts.get(1), options));
    }
    for (int i = 0; i < parts.size(); i++) {
      types.add(modelClass(contexts.get(i), parts.get(i), i > 0));
      types.addAll(parts.get(i).kernels.types());
    }
    List<SourceFile> sources = new ArrayList<>();
    types.forEach(t -> sources.add(source(t, backends.get(0).largest(), options)));
    sources.addAll(weights.sources());
    return new GeneratedModel(sources, weights.resources(), vectorApi(backends), weights.stored());
  }

  /** The account of the weights that {@link #of} writes. */
  public static StoredWeights stored(List<Planned> backends, EmitOptions options) {
    List<KernelPlan> plans = backends.stream().map(Planned::largest).toList();
    WeightFile weights = new WeightFile(options);
    WeightSections.of(plans, plans.stream().map(WeightLayout::of).toList(), weights);
    return weights.stored();
  }

  private static VectorApi vectorApi(List<Planned> backends) {
    if (backends.size() > 1) {
      return VectorApi.OPTIONAL;
    }
    return backends.get(0).usesVectorApi() ? VectorApi.REQUIRED : VectorApi.UNUSED;
  }

  private static List<ModelContext> contexts(List<Part> parts, WeightFile weights) {
    List<KernelPlan> plans = parts.stream().map(p -> p.planned.largest()).toList();
    List<WeightLayout> layouts = plans.stream().map(WeightLayout::of).toList();
    List<WeightSections> sections = WeightSections.of(plans, layouts, weights);
    List<ModelContext> contexts = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      contexts.add(ModelContext.of(part.planned, part.options, layouts.get(i), sections.get(i)));
    }
    return contexts;
  }

  private static TypeSpec modelClass(ModelContext context, Part part, boolean chosen) {
    KernelNames names = part.kernels.names();
    TypeSpec.Builder type = classBuilder(context.options());
    ModelMetadata.add(type, context, JavaLiterals.of(context.backend()));
    ModelState.add(type, context);
    ModelRun.add(type, context, names);
    ModelWarmUp.add(type, context, names, part.planned.emitter().target().costs());
    if (chosen) {
      type.addMethod(ModelChoice.lanes());
    }
    return type.build();
  }

  /** The head of the class that {@code options} name. */
  static TypeSpec.Builder classBuilder(EmitOptions options) {
    TypeSpec.Builder type = TypeSpec.classBuilder(options.className()).addModifiers(Modifier.FINAL);
    if (options.isPublic()) {
      type.addModifiers(Modifier.PUBLIC);
    }
    options.interfaces().forEach(i -> type.addSuperinterface(ClassName.bestGuess(i)));
    return type;
  }

  private static SourceFile source(TypeSpec type, KernelPlan plan, EmitOptions options) {
    String packageName = options.packageName();
    JavaFile file =
        JavaFile.builder(packageName, type)
            .skipJavaLangImports(true)
            .addFileComment(
                "Generated by Coppice from $L. Do not edit.", JavaNames.comment(plan.modelName()))
            .build();
    String name = packageName.isEmpty() ? type.name() : packageName + "." + type.name();
    return new SourceFile(name, file.toString());
  }
}
