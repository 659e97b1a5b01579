package dev.coppice.compiler.driver.load;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.GeneratedModel.VectorApi;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A generated model as classes of this JVM. */
public final class LoadedModel {
  private static final String BRIDGE = "CoppiceBridge";

  private final List<Port> inputs;
  private final List<Port> outputs;
  private final Map<String, byte[]> classes;
  private final Supplier<Consumer<Object[]>> constructor;
  private final Supplier<String> backend;

  private LoadedModel(
      List<Port> inputs,
      List<Port> outputs,
      Map<String, byte[]> classes,
      Supplier<Consumer<Object[]>> constructor,
      Supplier<String> backend) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.classes = classes;
    this.constructor = constructor;
    this.backend = backend;
  }

  /**
   * A generated model to load.
   *
   * @param model source and resources
   * @param inputs inputs of the model, in the order of {@code run}
   * @param outputs outputs of the model, in the order of {@code run}
   */
  public record Unit(GeneratedModel model, List<Port> inputs, List<Port> outputs) {
    private String modelClass() {
      return model.sources().get(0).className();
    }

    private String bridgeClass() {
      int dot = modelClass().lastIndexOf('.');
      return modelClass().substring(0, dot + 1) + BRIDGE;
    }

    private Map<String, String> sources() {
      Map<String, String> sources = new LinkedHashMap<>();
      model.sources().forEach(s -> sources.put(s.className(), s.text()));
      int dot = modelClass().lastIndexOf('.');
      String packageName = dot < 0 ? "" : modelClass().substring(0, dot);
      sources.put(
          bridgeClass(), bridge(packageName, modelClass().substring(dot + 1), inputs, outputs));
      return sources;
    }
  }

  /**
   * Compiles {@code model} with this JVM's javac and loads it.
   *
   * @param inputs inputs of the model, in the order of {@code run}
   * @param outputs outputs of the model, in the order of {@code run}
   * @throws UnsupportedOperationException if this Java runtime has no compiler
   */
  public static LoadedModel load(GeneratedModel model, List<Port> inputs, List<Port> outputs) {
    return loadAll(List.of(new Unit(model, inputs, outputs))).get(0);
  }

  /**
   * As {@link #load} for models in different packages, with one run of javac.
   *
   * @throws CompileException if the classes need a module that this JVM was started without
   * @throws UnsupportedOperationException if this Java runtime has no compiler
   */
  public static List<LoadedModel> loadAll(List<Unit> units) {
    List<GeneratedModel> generated = units.stream().map(Unit::model).toList();
    if (generated.stream().anyMatch(m -> m.vectorApi() == VectorApi.REQUIRED)
        && ModuleLayer.boot().findModule(GeneratedModel.VECTOR_MODULE).isEmpty()) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.NONE,
          "the class needs module "
              + GeneratedModel.VECTOR_MODULE
              + ", which this JVM was started without; start it with java --add-modules "
              + GeneratedModel.VECTOR_MODULE);
    }
    Map<String, String> sources = new LinkedHashMap<>();
    units.forEach(u -> sources.putAll(u.sources()));
    Map<String, byte[]> classes =
        MemoryJavac.compile(sources, GeneratedModel.javacOptions(generated));
    List<LoadedModel> models = new ArrayList<>();
    for (Unit unit : units) {
      Map<String, byte[]> own = new LinkedHashMap<>(classes);
      own.keySet().retainAll(compiledFrom(unit.sources().keySet(), classes.keySet()));
      GeneratedLoader loader = new GeneratedLoader(Map.copyOf(own), unit.model.resources());
      own.keySet().removeIf(name -> name.startsWith(unit.bridgeClass()));
      models.add(
          new LoadedModel(
              unit.inputs,
              unit.outputs,
              own,
              loader.constructor(unit.bridgeClass()),
              () -> loader.constant(unit.modelClass(), "BACKEND")));
    }
    return models;
  }

  /** Those of {@code classes} that are declared in {@code sources}, nested ones included. */
  private static Set<String> compiledFrom(Set<String> sources, Set<String> classes) {
    return classes.stream()
        .filter(c -> sources.contains(c.contains("$") ? c.substring(0, c.indexOf('$')) : c))
        .collect(Collectors.toSet());
  }

  /** A call of the model without reflection, so that nothing but the model is measured. */
  private static String bridge(
      String packageName, String modelClass, List<Port> inputs, List<Port> outputs) {
    StringBuilder text = new StringBuilder();
    if (!packageName.isEmpty()) {
      text.append("package ").append(packageName).append(";\n");
    }
    text.append("public final class " + BRIDGE)
        .append(" implements java.util.function.Consumer<Object[]> {\n")
        .append("  private final ")
        .append(modelClass)
        .append(" model = new ")
        .append(modelClass)
        .append("();\n  public void accept(Object[] a) {\n    model.run(");
    List<Port> ports = new ArrayList<>(inputs);
    ports.addAll(outputs);
    for (int i = 0; i < ports.size(); i++) {
      text.append(i == 0 ? "" : ", ")
          .append('(')
          .append(arrayType(ports.get(i).dtype()))
          .append(") a[")
          .append(i)
          .append(']');
    }
    return text.append(");\n  }\n}\n").toString();
  }

  /** The Java array type that holds {@code dtype}, e.g. {@code float[]}. */
  public static String arrayType(DType dtype) {
    return Tensor.newArray(dtype, 0).getClass().getComponentType().getName() + "[]";
  }

  /** Its outputs, in the order of {@code run}. */
  public List<Port> outputs() {
    return outputs;
  }

  /** The backend whose code this JVM runs. */
  public String backend() {
    return backend.get();
  }

  /** A new instance, its weights loaded: a call takes the arrays of inputs, then of outputs. */
  public Consumer<Object[]> newInstance() {
    return constructor.get();
  }

  /** Arrays for {@link #newInstance}: the elements of {@code tensors}, then zeros for outputs. */
  public Object[] arrays(List<Tensor> tensors) {
    Object[] arrays = new Object[inputs.size() + outputs.size()];
    for (int i = 0; i < inputs.size(); i++) {
      arrays[i] = tensors.get(i).toArray();
    }
    for (int i = 0; i < outputs.size(); i++) {
      arrays[inputs.size() + i] =
          Tensor.newArray(outputs.get(i).dtype(), outputs.get(i).shape().size());
    }
    return arrays;
  }

  /** The outputs among {@code arrays}, as tensors of their own. */
  public List<Tensor> outputs(Object[] arrays) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Port port = outputs.get(i);
      TensorType type = new TensorType(port.dtype(), port.shape());
      Object copy = Tensor.newArray(port.dtype(), port.shape().size());
      System.arraycopy(arrays[inputs.size() + i], 0, copy, 0, port.shape().size());
      tensors.add(Tensor.adopt(type, copy));
    }
    return tensors;
  }

  /** Bytes of each class file by class name. */
  public Map<String, Integer> classBytes() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    classes.forEach((name, file) -> sizes.put(name, file.length));
    return sizes;
  }

  /** Bytes of code of each method by class, name and descriptor. */
  public Map<String, Integer> methodBytes() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    classes.forEach(
        (name, file) -> MethodSizes.of(file).forEach((m, n) -> sizes.put(name + "." + m, n)));
    return sizes;
  }
}
