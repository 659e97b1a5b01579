package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.emit.weights.WeightsWriter;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.tensor.DType.Storage;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.runtime.Half;
import java.util.ArrayList;
import java.util.List;

/**
 * The weight file of a model and the statements that read it back. Floats take one section a
 * tensor, in whichever encoding loses nothing and is smallest; other types one section for all flat
 * tensors and one for each tensor of rows. Tensors whose elements are all the same take no room in
 * the file.
 */
final class WeightSections {
  /** Share of zeros, in 64ths, from which a sparse section is tried. */
  private static final int SPARSE_64THS = 8;

  private final KernelPlan plan;
  private final WeightLayout layout;
  private final WeightsWriter writer;
  private final List<String> statements = new ArrayList<>();

  private WeightSections(KernelPlan plan, WeightLayout layout, String modelHash) {
    this.plan = plan;
    this.layout = layout;
    this.writer = new WeightsWriter(modelHash);
  }

  /** Sections and statements for the plan's weights. */
  static WeightSections of(KernelPlan plan, WeightLayout layout, String modelHash) {
    WeightSections sections = new WeightSections(plan, layout, modelHash);
    layout.flatLength().keySet().stream()
        .filter(s -> s != Storage.FLOAT)
        .forEach(sections::addFlat);
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

  /** Java statements that fill the weight fields from {@code in}, a {@code Weights}, in order. */
  List<String> statements() {
    return statements;
  }

  private void addFlat(Storage storage) {
    Object all =
        java.lang.reflect.Array.newInstance(
            FieldNames.arrayClass(storage).componentType(), layout.flatLength().get(storage));
    for (int i = 0; i < plan.weights().size(); i++) {
      WeightTensor w = plan.weights().get(i);
      if (!w.rows() && w.data().dtype().storage() == storage) {
        System.arraycopy(w.data().toArray(), 0, all, layout.offsets().get(i), w.data().size());
      }
    }
    if (java.lang.reflect.Array.getLength(all) > 0) {
      write(storage, all);
      statements.add(
          RuntimeTypes.SYSTEM
              + ".arraycopy(in."
              + reader(storage)
              + "(), 0, "
              + FieldNames.weights(storage)
              + ", 0, "
              + layout.flatLength().get(storage)
              + ");");
    }
  }

  private void add(WeightTensor w, int at) {
    Tensor data = w.data();
    Storage storage = data.dtype().storage();
    String comment = " // " + JavaNames.comment(w.name()).replace("$", "$$");
    if (w.rows()) {
      int rows = data.shape().dim(0);
      String target = FieldNames.weightRows(storage) + ", " + at;
      if (data.isSplat() && storage == Storage.FLOAT) {
        statements.add(
            "fillRows("
                + target
                + ", "
                + rows
                + ", "
                + data.shape().dim(1)
                + ", "
                + literal(data)
                + ");"
                + comment);
      } else if (storage == Storage.FLOAT) {
        addFloats(data);
        statements.add(
            RuntimeTypes.SYSTEM
                + ".arraycopy(in.rows("
                + rows
                + "), 0, "
                + target
                + ", "
                + rows
                + ");"
                + comment);
      } else if (storage == Storage.BYTE) {
        write(storage, data.toArray());
        statements.add(
            RuntimeTypes.SYSTEM
                + ".arraycopy(in.byteRows("
                + rows
                + "), 0, "
                + target
                + ", "
                + rows
                + ");"
                + comment);
      } else {
        write(storage, data.toArray());
        statements.add(
            "splitRows(in." + reader(storage) + "(), " + target + ", " + rows + ");" + comment);
      }
    } else if (!data.isSplat()) {
      addFloats(data);
      statements.add("in.floats(weights, " + at + ");" + comment);
    } else if (Float.floatToRawIntBits(data.floatAt(0)) != 0) {
      int end = Math.addExact(at, data.size());
      statements.add(
          RuntimeTypes.ARRAYS
              + ".fill(weights, "
              + at
              + ", "
              + end
              + ", "
              + literal(data)
              + ");"
              + comment);
    }
  }

  private static String literal(Tensor splat) {
    return JavaLiterals.of(splat.floatAt(0), RuntimeTypes.FLOAT);
  }

  /** One float section: half precision if exact, else sparse if smaller, else as it is. */
  private void addFloats(Tensor data) {
    float[] values = data.toFloats();
    int zeros = 0;
    boolean half = true;
    for (float v : values) {
      int bits = Float.floatToRawIntBits(v);
      zeros += bits == 0 ? 1 : 0;
      half &= Float.floatToRawIntBits(Half.fp16ToFloat(Half.floatToFp16(v))) == bits;
    }
    long sparseBytes = 4L * (values.length - zeros) + values.length / 8;
    if (zeros * 64L >= values.length * (long) SPARSE_64THS
        && sparseBytes < values.length * (half ? 2L : 4L)) {
      writer.addSparse(values);
    } else if (half) {
      writer.addHalf(values);
    } else {
      writer.addFloats(values);
    }
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
