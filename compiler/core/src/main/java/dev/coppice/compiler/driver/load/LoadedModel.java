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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A generated model as classes of this JVM. */
public final class LoadedModel {
  private final Unit unit;

  /** All class files by class name, and those of the model alone. */
  private final Map<String, byte[]> files;

  private final Map<String, byte[]> classes;
  private final GeneratedLoader loader;
  private final Supplier<Consumer<Object[]>> constructor;

  private LoadedModel(Unit unit, Map<String, byte[]> files) {
    this.unit = unit;
    this.files = files;
    this.loader = new GeneratedLoader(files, unit.model.resources());
    this.constructor = loader.constructor(unit.bridge().className());
    Map<String, byte[]> own = new LinkedHashMap<>(files);
    own.keySet().removeIf(name -> name.startsWith(unit.bridge().className()));
    this.classes = own;
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

    private Bridge bridge() {
      return new Bridge(modelClass(), inputs, outputs);
    }

    private Map<String, String> sources() {
      Map<String, String> sources = new LinkedHashMap<>();
      model.sources().forEach(s -> sources.put(s.className(), s.text()));
      sources.put(bridge().className(), bridge().source());
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
      models.add(new LoadedModel(unit, own));
    }
    return models;
  }

  /** Those of {@code classes} that are declared in {@code sources}, nested ones included. */
  private static Set<String> compiledFrom(Set<String> sources, Set<String> classes) {
    return classes.stream()
        .filter(c -> sources.contains(c.contains("$") ? c.substring(0, c.indexOf('$')) : c))
        .collect(Collectors.toSet());
  }

  /** The Java array type that holds {@code dtype}, e.g. {@code float[]}. */
  public static String arrayType(DType dtype) {
    return Tensor.newArray(dtype, 0).getClass().getComponentType().getName() + "[]";
  }

  /** Its outputs, in the order of {@code run}. */
  public List<Port> outputs() {
    return unit.outputs;
  }

  /**
   * Writes classes and resources below {@code folder}, and a program that runs the model once on
   * zeros, writes a byte and waits for the end of its input.
   *
   * @return the program's class
   */
  public String writeProgram(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey().replace('.', '/') + ".class");
      Files.createDirectories(Objects.requireNonNull(path.getParent()));
      Files.write(path, file.getValue());
    }
    for (GeneratedModel.Resource r : unit.model.resources()) {
      try (OutputStream out = Files.newOutputStream(folder.resolve(r.path()))) {
        r.content().writeTo(out);
      }
    }
    return unit.bridge().className();
  }

  /** The backend whose code this JVM runs. */
  public String backend() {
    return loader.constant(unit.modelClass(), "BACKEND");
  }

  /** An instance of the model: a call takes the arrays of inputs, then of outputs. */
  public static final class Instance implements Consumer<Object[]> {
    private final Consumer<Object[]> bridge;

    private Instance(Consumer<Object[]> bridge) {
      this.bridge = bridge;
    }

    @Override
    public void accept(Object[] arrays) {
      bridge.accept(arrays);
    }

    /** Has the JIT compile the model. */
    public void warmUp() {
      ((Runnable) bridge).run();
    }
  }

  /** A new instance, its weights loaded. */
  public Instance newInstance() {
    return new Instance(constructor.get());
  }

  /** Arrays for {@link #newInstance}: the elements of {@code tensors}, then zeros for outputs. */
  public Object[] arrays(List<Tensor> tensors) {
    Object[] arrays = new Object[unit.inputs.size() + unit.outputs.size()];
    for (int i = 0; i < unit.inputs.size(); i++) {
      arrays[i] = tensors.get(i).toArray();
    }
    for (int i = 0; i < unit.outputs.size(); i++) {
      arrays[unit.inputs.size() + i] =
          Tensor.newArray(unit.outputs.get(i).dtype(), unit.outputs.get(i).shape().size());
    }
    return arrays;
  }

  /** The outputs among {@code arrays}, as tensors of their own. */
  public List<Tensor> outputs(Object[] arrays) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < unit.outputs.size(); i++) {
      Port port = unit.outputs.get(i);
      TensorType type = new TensorType(port.dtype(), port.shape());
      Object copy = Tensor.newArray(port.dtype(), port.shape().size());
      System.arraycopy(arrays[unit.inputs.size() + i], 0, copy, 0, port.shape().size());
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

  /** Bytes of a jar with the model's classes and resources, compressed as jars are. */
  public long jarBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : classes.entrySet()) {
        jar.putNextEntry(new ZipEntry(file.getKey().replace('.', '/') + ".class"));
        jar.write(file.getValue());
      }
      for (GeneratedModel.Resource r : unit.model.resources()) {
        jar.putNextEntry(new ZipEntry(r.path()));
        r.content().writeTo(jar);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("compiler bug: memory cannot be written to", e);
    }
    return bytes.size();
  }

  /** Bytes of code of each method by class, name and descriptor. */
  public Map<String, Integer> methodBytes() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    classes.forEach(
        (name, file) -> MethodSizes.of(file).forEach((m, n) -> sizes.put(name + "." + m, n)));
    return sizes;
  }
}
