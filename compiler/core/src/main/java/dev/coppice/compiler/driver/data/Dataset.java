package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Samples of one model, with or without the class of each. Immutable; parts of it share what it
 * holds. Samples that are files are read when they are asked for, so that a data set may exceed
 * memory; any thread may ask.
 */
public final class Dataset {
  private final Samples samples;
  private final Optional<Labels> labels;

  /** Number within {@code samples} of each sample. */
  private final int[] order;

  private Dataset(Samples samples, Optional<Labels> labels, int[] order) {
    this.samples = samples;
    this.labels = labels;
    this.order = order;
  }

  /**
   * All of {@code samples}.
   *
   * @throws dev.coppice.compiler.diag.CompileException if there is another number of labels
   */
  static Dataset of(Samples samples, Optional<Labels> labels, SourceRef where) {
    if (labels.isPresent() && labels.get().count() != samples.count()) {
      throw DataFile.invalid(
          where, labels.get().count() + " labels for " + samples.count() + " samples");
    }
    return new Dataset(samples, labels, IntStream.range(0, samples.count()).toArray());
  }

  /**
   * Samples in memory.
   *
   * @param inputs one tensor an input for each sample
   * @param labels one for each sample, if there are any
   */
  public static Dataset of(List<List<Tensor>> inputs, Optional<Labels> labels) {
    return of(new TensorSamples(inputs), labels, SourceRef.NONE);
  }

  private record TensorSamples(List<List<Tensor>> tensors) implements Samples {
    TensorSamples {
      tensors = tensors.stream().map(List::copyOf).toList();
    }

    @Override
    public int count() {
      return tensors.size();
    }

    @Override
    public List<Tensor> inputs(int i) {
      return tensors.get(i);
    }
  }

  /** Number of samples. */
  public int count() {
    return order.length;
  }

  /**
   * Sample {@code i}: one tensor an input, of the input's type.
   *
   * @throws dev.coppice.compiler.diag.CompileException if it is read now and found to be damaged
   */
  public List<Tensor> inputs(int i) {
    return samples.inputs(order[i]);
  }

  /** Whether samples have classes: all have, or none. */
  public boolean hasLabels() {
    return labels.isPresent();
  }

  /** The class of sample {@code i}, counted from 0. */
  public OptionalInt label(int i) {
    int sample = order[i];
    return labels.isPresent() ? OptionalInt.of(labels.get().at(sample)) : OptionalInt.empty();
  }

  /** Samples {@code from} to {@code to}, exclusive. */
  public Dataset range(int from, int to) {
    Objects.checkFromToIndex(from, to, count());
    return select(IntStream.range(from, to));
  }

  /** The first {@code n} samples, or all if there are fewer. */
  public Dataset take(int n) {
    return range(0, Math.min(n, count()));
  }

  /** The samples before {@code at}, and those from there on. */
  public List<Dataset> split(int at) {
    return List.of(range(0, at), range(at, count()));
  }

  /** Samples 0, {@code step}, {@code 2 * step} and so on. */
  public Dataset stride(int step) {
    if (step < 1) {
      throw new IllegalArgumentException("step " + step);
    }
    int n = count() == 0 ? 0 : (count() - 1) / step + 1;
    return select(IntStream.range(0, n).map(i -> i * step));
  }

  /** All samples in an order that {@code seed} decides (Fisher and Yates). */
  public Dataset shuffled(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] shuffled = IntStream.range(0, count()).toArray();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int moved = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = moved;
    }
    return select(IntStream.of(shuffled));
  }

  private Dataset select(IntStream chosen) {
    return new Dataset(samples, labels, chosen.map(i -> order[i]).toArray());
  }
}
