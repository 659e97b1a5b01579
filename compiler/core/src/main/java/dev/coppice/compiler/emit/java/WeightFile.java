package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.CodeBlock;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.emit.GeneratedModel.Resource;
import dev.coppice.compiler.emit.GeneratedModel.SourceFile;
import dev.coppice.compiler.emit.weights.StoredTensor;
import dev.coppice.compiler.emit.weights.StoredWeights;
import dev.coppice.compiler.emit.weights.WeightsWriter;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.runtime.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The weights of a model as they are stored: what classes read of one tensor is together, and once
 * where that is smaller, whichever classes read it.
 */
final class WeightFile {
  private final EmitOptions options;
  private final WeightsWriter writer;
  private final List<Source> sources = new ArrayList<>();
  private final Map<Tensor, List<Source>> bySource = new LinkedHashMap<>();
  private final Map<Tensor, List<Read>> byData = new LinkedHashMap<>();
  private final List<StoredTensor> stored = new ArrayList<>();

  /** An empty file for the model class of {@code options}. */
  WeightFile(EmitOptions options) {
    this.options = options;
    this.writer = new WeightsWriter(options.modelHash());
  }

  /**
   * A tensor, and what is read of it: once by each class, as its elements come once; every bit of
   * it or not.
   */
  private record Source(List<Read> reads, Set<Object> readers, boolean exact) {}

  /** Elements in an order in which one or several classes read them. */
  static final class Read {
    private final String name;
    private final Reordered elements;
    private final Source source;
    private int section = -1;
    private int sections;

    private Read(String name, Reordered elements, Source source) {
      this.name = name;
      this.elements = elements;
      this.source = source;
    }

    /** The first section of those that are taken to read them. */
    int section() {
      return section;
    }

    /** The section after them. */
    int end() {
      return section + sections;
    }
  }

  /**
   * States that elements are read.
   *
   * @param name what they are called in the account
   * @param weights the elements and whether every bit of them is stored
   * @param reader the class, which reads no section twice
   */
  Read place(String name, KernelWeights weights, Object reader) {
    Reordered elements = weights.stored();
    List<Read> equal = byData.computeIfAbsent(flat(elements.data()), d -> new ArrayList<>());
    for (Read read : equal) {
      if (read.source.exact == weights.exact() && read.source.readers.add(reader)) {
        return read;
      }
    }
    Read read = new Read(name, elements, source(elements.source(), weights.exact(), reader));
    read.source.reads.add(read);
    equal.add(read);
    return read;
  }

  private Source source(Tensor tensor, boolean exact, Object reader) {
    List<Source> equal = bySource.computeIfAbsent(flat(tensor), s -> new ArrayList<>());
    for (Source source : equal) {
      if (source.exact == exact && source.readers.add(reader)) {
        return source;
      }
    }
    Source source = new Source(new ArrayList<>(), new LinkedHashSet<>(Set.of(reader)), exact);
    equal.add(source);
    sources.add(source);
    return source;
  }

  /** Elements are the same whatever their shape. */
  private static Tensor flat(Tensor tensor) {
    return tensor.reshape(Shape.of(tensor.size()));
  }

  /** Makes the sections of all that was placed, the only time. */
  void layOut() {
    for (Source source : sources) {
      int from = writer.sectionCount();
      List<Integer> first =
          writer.add(
              source.reads.stream().map(r -> r.elements).toList(),
              source.exact ? 0 : ScaledLevels.MAX_ULPS);
      for (int i = 0; i < first.size(); i++) {
        Read read = source.reads.get(i);
        read.section = first.get(i);
        read.sections = writer.taken(read.section);
      }
      for (int s = from; s < writer.sectionCount(); s++) {
        String name = source.reads.get(Math.max(0, first.indexOf(s))).name;
        stored.add(new StoredTensor(name, writer.elements(s), writer.form(s), writer.bits(s)));
      }
    }
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
