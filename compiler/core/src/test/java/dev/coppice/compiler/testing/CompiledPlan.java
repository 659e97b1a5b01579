package dev.coppice.compiler.testing;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.runtime.FloatMath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A plan as generated code, compiled and loaded. */
public final class CompiledPlan {
  private final KernelPlan plan;
  private final GeneratedModel model;
  private final Map<String, byte[]> classes;
  private final Object instance;
  private final Method run;

  private CompiledPlan(
      KernelPlan plan,
      GeneratedModel model,
      EmitOptions options,
      Map<String, byte[]> classes,
      ClassLoader loader)
      throws ReflectiveOperationException {
    this.plan = plan;
    this.model = model;
    this.classes = classes;
    Class<?> type = Class.forName(options.qualifiedName(), true, loader);
    Constructor<?> constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    this.instance = constructor.newInstance();
    List<Class<?>> parameters = new ArrayList<>();
    ports(plan).forEach(p -> parameters.add(Tensor.newArray(p.dtype(), 0).getClass()));
    this.run = type.getDeclaredMethod(options.runName(), parameters.toArray(Class<?>[]::new));
    run.setAccessible(true);
  }

  private static String runtime() throws URISyntaxException {
    return Path.of(FloatMath.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  private static List<Port> ports(KernelPlan plan) {
    List<Port> ports = new ArrayList<>(plan.inputs());
    ports.addAll(plan.outputs());
    return ports;
  }

  /** Plans memory, emits, compiles and loads with default options. */
  public static CompiledPlan of(KernelPlan plan, Emitter emitter) {
    return of(List.of(plan), emitter).get(0);
  }

  /** As {@link #of(KernelPlan, Emitter)} for many plans with one run of javac. */
  public static List<CompiledPlan> of(List<KernelPlan> plans, Emitter emitter) {
    List<EmitOptions> options = new ArrayList<>();
    List<GeneratedModel> models = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      options.add(EmitOptions.of("generated.p" + i, "Model"));
      models.add(emitter.emit(plans.get(i), MemoryPlanner.plan(plans.get(i)), options.get(i)));
    }
    return load(plans, models, options);
  }

  /** Emits, compiles and loads. */
  public static CompiledPlan of(
      KernelPlan plan, MemoryPlan memory, Emitter emitter, EmitOptions options) {
    return of(plan, emitter.emit(plan, memory, options), options);
  }

  /** Compiles and loads what was generated for a plan. */
  public static CompiledPlan of(KernelPlan plan, GeneratedModel model, EmitOptions options) {
    return load(List.of(plan), List.of(model), List.of(options)).get(0);
  }

  private static List<CompiledPlan> load(
      List<KernelPlan> plans, List<GeneratedModel> models, List<EmitOptions> options) {
    InMemoryJavac javac = new InMemoryJavac();
    List<CompiledPlan> all = new ArrayList<>();
    try {
      for (GeneratedModel model : models) {
        model.sources().forEach(s -> javac.source(s.className(), s.text()));
        for (GeneratedModel.Resource r : model.resources()) {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          r.content().writeTo(bytes);
          javac.resource(r.path(), bytes.toByteArray());
        }
      }
      List<String> arguments = new ArrayList<>(GeneratedModel.javacOptions(models));
      arguments.addAll(List.of("-Xlint:all,-options", "-proc:none", "-classpath", runtime()));
      Map<String, byte[]> classes = javac.compile(arguments.toArray(String[]::new));
      ClassLoader loader = javac.loader();
      for (int i = 0; i < plans.size(); i++) {
        all.add(new CompiledPlan(plans.get(i), models.get(i), options.get(i), classes, loader));
      }
    } catch (ReflectiveOperationException | IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
    return all;
  }

  /** The sources and resources. */
  public GeneratedModel model() {
    return model;
  }

  /** The class files by binary name. */
  public Map<String, byte[]> classes() {
    return classes;
  }

  /** The largest method of all classes, in bytes of bytecode. */
  public int longestMethod() {
    return classes.values().stream()
        .mapToInt(c -> ClassFiles.sizes(c).longestMethod())
        .max()
        .orElse(0);
  }

  /** The instance of the generated class. */
  public Object instance() {
    return instance;
  }

  /** Outputs for these inputs. */
  public List<Tensor> run(List<Tensor> inputs) {
    List<Object> arrays = new ArrayList<>();
    inputs.forEach(t -> arrays.add(t.toArray()));
    plan.outputs().forEach(p -> arrays.add(Tensor.newArray(p.dtype(), p.shape().size())));
    invoke(arrays);
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < plan.outputs().size(); i++) {
      Port p = plan.outputs().get(i);
      outputs.add(
          Tensor.adopt(new TensorType(p.dtype(), p.shape()), arrays.get(inputs.size() + i)));
    }
    return outputs;
  }

  /** Calls the generated method; an exception it throws comes through. */
  public void invoke(List<Object> arrays) {
    try {
      run.invoke(instance, arrays.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
