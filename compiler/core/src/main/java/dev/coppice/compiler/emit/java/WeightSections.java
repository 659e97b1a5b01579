package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.emit.weights.WeightsWriter;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.tensor.DType.Storage;
import dev.coppice.compiler.tensor.Tensor;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/**
 * The weight file of a model and the statements that read it back. Floats take one section a
 * tensor; other types one section for all flat tensors and one for each tensor of rows.
 */
final class WeightSections {
  private final KernelPlan plan;
  private final WeightLayout layout;
  private final WeightsWriter writer;
  private final List<String> fields = new ArrayList<>();
  private final List<String> loads = new ArrayList<>();

  private WeightSections(KernelPlan plan, WeightLayout layout, String modelHash) {
    this.plan = plan;
    this.layout = layout;
    this.writer = new WeightsWriter(modelHash);
  }

  /** Sections and statements for the plan's weights. */
  static WeightSections of(KernelPlan plan, WeightLayout layout, String modelHash) {
    WeightSections sections = new WeightSections(plan, layout, modelHash);
    layout
        .flatLength()
        .forEach(
            (storage, length) -> {
              if (storage != Storage.FLOAT) {
                sections.addFlat(storage, length);
              }
            });
    for (int i = 0; i < plan.weights().size(); i++) {
      WeightTensor w = plan.weights().get(i);
      if (w.data().size() > 0 && (w.rows() || w.data().dtype().storage() == Storage.FLOAT)) {
        sections.add(w, layout.offsets().get(i));
      }
    }
    return sections;
  }

  /** The writer; it has no section if there is nothing to store. */
  WeightsWriter writer() {
    return writer;
  }

  /** Java statements that assign fields from {@code in}, a {@code Weights}; they come first. */
  List<String> fields() {
    return fields;
  }

  /** Java statements that fill the other fields from {@code in}, in order. */
  List<String> loads() {
    return loads;
  }

  private void addFlat(Storage storage, int length) {
    Object all = Array.newInstance(FieldNames.arrayClass(storage).componentType(), length);
    for (int i = 0; i < plan.weights().size(); i++) {
      Tensor data = plan.weights().get(i).data();
      if (!plan.weights().get(i).rows() && data.dtype().storage() == storage) {
        System.arraycopy(data.toArray(), 0, all, layout.offsets().get(i), data.size());
      }
    }
    write(storage, all);
    fields.add(FieldNames.weights(storage) + " = in." + reader(storage) + "();");
  }

  private void add(WeightTensor w, int at) {
    Tensor data = w.data();
    Storage storage = data.dtype().storage();
    String read;
    if (!w.rows()) {
      writer.add(data);
      read = "in.floats(" + FieldNames.weights(storage) + ", " + at + ");";
    } else {
      int rows = data.shape().dim(0);
      String to = FieldNames.weightRows(storage) + ", " + at + ", " + rows + ");";
      if (storage == Storage.FLOAT) {
        writer.add(data);
        read = RuntimeTypes.SYSTEM + ".arraycopy(in.rows(" + rows + "), 0, " + to;
      } else if (storage == Storage.BYTE) {
        write(storage, data.toArray());
        read = RuntimeTypes.SYSTEM + ".arraycopy(in.byteRows(" + rows + "), 0, " + to;
      } else {
        write(storage, data.toArray());
        read = "splitRows(in." + reader(storage) + "(), " + to;
      }
    }
    loads.add(read + " // " + JavaNames.comment(w.name()).replace("$", "$$"));
  }

  private void write(Storage storage, Object array) {
    switch (storage) {
      case BYTE -> writer.addBytes((byte[]) array);
      case SHORT -> writer.addShorts((short[]) array);
      case INT -> writer.addInts((int[]) array);
      case LONG -> writer.addLongs((long[]) array);
      case DOUBLE -> writer.addDoubles((double[]) array);
      case BOOLEAN -> writer.addBooleans((boolean[]) array);
      case FLOAT -> writer.addFloats((float[]) array);
    }
  }

  private static String reader(Storage storage) {
    return FieldNames.element(storage) + "s";
  }
}
