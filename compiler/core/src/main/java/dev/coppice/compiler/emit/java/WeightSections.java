package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.CodeBlock;
import dev.coppice.compiler.emit.java.WeightFile.Read;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.loop.KernelWeights.Expansion;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.DType.Storage;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The sections of the weight file that one class reads, and the statements that do so. Floats,
 * bytes and 16-bit integers take one section a tensor; other types one section for all flat tensors
 * and one for each tensor of rows.
 */
final class WeightSections {
  private final KernelPlan plan;
  private final WeightLayout layout;
  private final WeightFile file;
  private final Map<Read, String> fields = new LinkedHashMap<>();
  private final Map<Read, String> loads = new LinkedHashMap<>();

  private WeightSections(KernelPlan plan, WeightLayout layout, WeightFile file) {
    this.plan = plan;
    this.layout = layout;
    this.file = file;
  }

  /**
   * Puts the weights of {@code plans} into {@code file}, for a class each. What is read to fields
   * as a whole comes first, so that a constructor can begin with it.
   */
  static List<WeightSections> of(
      List<KernelPlan> plans, List<WeightLayout> layouts, WeightFile file) {
    List<WeightSections> all = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      all.add(new WeightSections(plans.get(i), layouts.get(i), file));
    }
    all.forEach(WeightSections::addFields);
    all.forEach(WeightSections::addLoads);
    file.layOut();
    return List.copyOf(all);
  }

  private void addFields() {
    layout
        .flatLength()
        .forEach(
            (storage, length) -> {
              if (!WeightLayout.isSplit(storage)) {
                String statement = FieldNames.weights(storage) + " = in." + reader(storage) + "();";
                fields.put(
                    file.place(names(storage), KernelWeights.of(flat(storage, length)), this),
                    statement);
              }
            });
  }

  private void addLoads() {
    for (int i = 0; i < plan.weights().size(); i++) {
      WeightTensor w = plan.weights().get(i);
      if (w.data().size() > 0 && (w.rows() || WeightLayout.isSplit(w.data().dtype().storage()))) {
        loads.put(file.place(w.name(), w.weights(), this), load(w, layout.offsets().get(i)));
      }
    }
  }

  /** Whether there is nothing to read. */
  boolean isEmpty() {
    return fields.isEmpty() && loads.isEmpty();
  }

  /** The statement that declares {@code in} in the class {@code className}. */
  CodeBlock open(String className) {
    return file.open(className);
  }

  /** Java statements that assign fields from {@code in}, a {@code Weights}; they come first. */
  List<String> fields() {
    return inOrder(fields, 0);
  }

  /** Java statements that fill the other fields from {@code in}, in order, to its end. */
  List<String> loads() {
    List<String> statements = inOrder(loads, after(fields, 0));
    skip(after(loads, after(fields, 0)), file.sections(), statements);
    return statements;
  }

  private static int after(Map<Read, String> reads, int start) {
    return reads.keySet().stream().mapToInt(Read::end).max().orElse(start);
  }

  private static List<String> inOrder(Map<Read, String> reads, int start) {
    List<String> statements = new ArrayList<>();
    int next = start;
    for (Read read :
        reads.keySet().stream().sorted(Comparator.comparingInt(Read::section)).toList()) {
      skip(next, read.section(), statements);
      statements.add(reads.get(read));
      next = read.end();
    }
    return statements;
  }

  private static void skip(int from, int to, List<String> statements) {
    if (to > from) {
      statements.add("in.skip(" + (to - from) + ");");
    }
  }

  private String names(Storage storage) {
    return plan.weights().stream()
        .filter(w -> !w.rows() && w.data().dtype().storage() == storage)
        .map(WeightTensor::name)
        .collect(Collectors.joining(", "));
  }

  /** All flat weights of a storage, one after the other. */
  private Tensor flat(Storage storage, int length) {
    DType dtype = elementType(storage);
    Object all = Tensor.newArray(dtype, length);
    for (int i = 0; i < plan.weights().size(); i++) {
      Tensor data = plan.weights().get(i).data();
      if (!plan.weights().get(i).rows() && data.dtype().storage() == storage) {
        System.arraycopy(data.toArray(), 0, all, layout.offsets().get(i), data.size());
      }
    }
    return Tensor.adopt(new TensorType(dtype, Shape.of(length)), all);
  }

  /** A type whose elements are those of the Java array. */
  private static DType elementType(Storage storage) {
    return switch (storage) {
      case FLOAT -> DType.FLOAT32;
      case DOUBLE -> DType.FLOAT64;
      case BYTE -> DType.INT8;
      case SHORT -> DType.INT16;
      case INT -> DType.INT32;
      case LONG -> DType.INT64;
      case BOOLEAN -> DType.BOOL;
    };
  }

  private static String load(WeightTensor w, int at) {
    Tensor data = w.data();
    Storage storage = data.dtype().storage();
    String read;
    if (!w.rows()) {
      read = flat(w.weights().expansion(), storage, at);
    } else {
      int rows = data.shape().dim(0);
      String to = FieldNames.weightRows(storage) + ", " + at + ", " + rows + ");";
      if (storage == Storage.FLOAT) {
        read = RuntimeTypes.SYSTEM + ".arraycopy(in.rows(" + rows + "), 0, " + to;
      } else if (storage == Storage.BYTE) {
        read = RuntimeTypes.SYSTEM + ".arraycopy(in.byteRows(" + rows + "), 0, " + to;
      } else {
        read = "splitRows(in." + reader(storage) + "(), " + to;
      }
    }
    return read + " // " + JavaNames.comment(w.name()).replace("$", "$$");
  }

  private static String flat(Expansion expansion, Storage storage, int at) {
    String to = FieldNames.weights(storage) + ", " + at + ");";
    return expansion == Expansion.NONE
        ? "in." + reader(storage) + "(" + to
        : RuntimeTypes.WINOGRAD_WEIGHTS + ".expand(" + expansion.outputs() + ", in.floats(), " + to;
  }

  private static String reader(Storage storage) {
    return FieldNames.element(storage) + "s";
  }
}
