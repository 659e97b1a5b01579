package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.CodeBlock;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.emit.GeneratedModel.Resource;
import dev.coppice.compiler.emit.GeneratedModel.SourceFile;
import dev.coppice.compiler.emit.weights.StoredTensor;
import dev.coppice.compiler.emit.weights.StoredWeights;
import dev.coppice.compiler.emit.weights.WeightsWriter;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.runtime.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The weights of a model as they are stored: each section once, whichever classes read it. */
final class WeightFile {
  private final EmitOptions options;
  private final WeightsWriter writer;
  private final Map<Tensor, List<Integer>> places = new LinkedHashMap<>();
  private final List<StoredTensor> stored = new ArrayList<>();

  /** An empty file for the model class of {@code options}. */
  WeightFile(EmitOptions options) {
    this.options = options;
    this.writer = new WeightsWriter(options.modelHash());
  }

  /**
   * The section with these elements.
   *
   * @param name what it is called in the account
   * @param taken sections that the same class reads already; the new one is added
   */
  int place(String name, Reordered elements, Set<Integer> taken) {
    Tensor data = elements.data();
    List<Integer> equal = places.computeIfAbsent(data, d -> new ArrayList<>());
    for (int section : equal) {
      if (taken.add(section)) {
        return section;
      }
    }
    int section = writer.sectionCount();
    writer.add(elements);
    stored.add(new StoredTensor(name, data.size(), writer.form(section), writer.bits(section)));
    equal.add(section);
    taken.add(section);
    return section;
  }

  /** What the file takes. */
  StoredWeights stored() {
    return new StoredWeights(stored);
  }

  /** Number of sections. */
  int sections() {
    return writer.sectionCount();
  }

  /** The statement that declares {@code in}, a {@code Weights} that reads the file. */
  CodeBlock open(String className) {
    if (options.weights() == WeightStorage.SOURCE) {
      return CodeBlock.of(
          "$T in = $T.of(MODEL_HASH, $L_W0.chunks());\n",
          Weights.class,
          Weights.class,
          options.className());
    }
    return CodeBlock.of(
        "$T in = $T.open($L.class, $L, MODEL_HASH);\n",
        Weights.class,
        Weights.class,
        className,
        JavaLiterals.of(options.className() + ".weights"));
  }

  /** The classes that hold the file; none if it is a resource or empty. */
  List<SourceFile> sources() {
    return sections() > 0 && options.weights() == WeightStorage.SOURCE
        ? PackedWeights.classes(writer.toByteArray(), options)
        : List.of();
  }

  /** The file as a resource; none if classes hold it or it is empty. */
  List<Resource> resources() {
    return sections() > 0 && options.weights() == WeightStorage.RESOURCE
        ? List.of(new Resource(options.weightsPath(), writer::writeTo))
        : List.of();
  }
}
