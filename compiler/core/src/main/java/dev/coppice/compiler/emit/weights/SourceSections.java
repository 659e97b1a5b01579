package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.runtime.WeightsFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The sections that hold the elements of one tensor for those who read them, each in an order of
 * their own. The elements are written in these orders, or once as they are in the tensor, with the
 * orders before them, whichever is smaller. A single reader whose elements would be plain floats or
 * integers gets them in order, which costs nothing when they are read.
 */
final class SourceSections {
  private final int maxUlps;
  private final Tensor source;
  private final List<Section> sections = new ArrayList<>();
  private final List<Integer> first = new ArrayList<>();
  private Optional<WeightEncoding> unordered = Optional.empty();

  private SourceSections(Tensor source, int maxUlps) {
    this.source = source;
    this.maxUlps = maxUlps;
  }

  /**
   * The smallest sections for some readers.
   *
   * @param readers what each of them reads; all have the same source
   * @param maxUlps as {@link WeightEncoding#choose} has it
   */
  static SourceSections choose(List<Reordered> readers, int maxUlps) {
    SourceSections all = new SourceSections(readers.get(0).source(), maxUlps);
    all.choose(readers);
    return all;
  }

  /** The sections, in order. */
  List<Section> sections() {
    return Collections.unmodifiableList(sections);
  }

  /** For each reader the section, of these, at which to begin. */
  List<Integer> first() {
    return Collections.unmodifiableList(first);
  }

  /** One way to store what a reader reads. */
  private record Choice(WeightEncoding elements, Optional<AffineOrder> order) {
    long bytes() {
      return bytesOf(elements) + order.map(SourceSections::bytesOf).orElse(0L);
    }
  }

  private static long bytesOf(WeightEncoding elements) {
    return elements.bits().bytes();
  }

  private static long bytesOf(AffineOrder order) {
    return (long) WeightsFormat.ENTRY_BYTES + order.bytes();
  }

  private void choose(List<Reordered> readers) {
    List<Choice> alone = readers.stream().map(this::alone).toList();
    List<Optional<AffineOrder>> orders =
        readers.size() > 1 && source.size() <= AffineOrder.MAX_SIZE
            ? readers.stream().map(SourceSections::order).toList()
            : Collections.nCopies(readers.size(), Optional.empty());
    boolean together = areSmaller(orders, alone);
    for (int r = 0; r < readers.size(); r++) {
      first.add(-1);
      if (!together || orders.get(r).isEmpty()) {
        addAlone(r, alone.get(r));
      }
    }
    if (together) {
      addTogether(orders);
    }
  }

  /** Whether the elements and these orders take less than what has an order takes alone. */
  private boolean areSmaller(List<Optional<AffineOrder>> orders, List<Choice> alone) {
    if (orders.stream().allMatch(Optional::isEmpty)) {
      return false;
    }
    long bytes = bytesOf(unordered());
    for (int r = 0; r < orders.size(); r++) {
      if (orders.get(r).isPresent()) {
        AffineOrder order = orders.get(r).get();
        bytes += order.isIdentity(source.size()) ? 0 : bytesOf(order);
        bytes -= alone.get(r).bytes();
      }
    }
    return bytes < 0;
  }

  /** The smallest way to store what one reader reads. */
  private Choice alone(Reordered reader) {
    if (reader.data() == reader.source()) {
      return new Choice(unordered(), Optional.empty());
    }
    Choice asRead = new Choice(WeightEncoding.choose(reader, maxUlps), Optional.empty());
    if (source.size() > AffineOrder.MAX_SIZE || !unordered().isCoded()) {
      return asRead;
    }
    if (bytesOf(unordered()) + WeightsFormat.ENTRY_BYTES >= asRead.bytes()) {
      return asRead;
    }
    Choice other = new Choice(unordered(), order(reader));
    return other.order().isPresent() && other.bytes() < asRead.bytes() ? other : asRead;
  }

  private static Optional<AffineOrder> order(Reordered reader) {
    return AffineOrder.of(reader.data().size(), reader.order());
  }

  /** The elements as they are in the tensor. */
  private WeightEncoding unordered() {
    if (unordered.isEmpty()) {
      unordered = Optional.of(WeightEncoding.choose(Reordered.identity(source), maxUlps));
    }
    return unordered.get();
  }

  private void addAlone(int reader, Choice choice) {
    first.set(reader, sections.size());
    choice.order().ifPresent(order -> sections.add(Section.of(order, 1)));
    sections.add(Section.of(choice.elements()));
  }

  private void addTogether(List<Optional<AffineOrder>> orders) {
    List<AffineOrder> others =
        orders.stream()
            .flatMap(Optional::stream)
            .filter(o -> !o.isIdentity(source.size()))
            .toList();
    int elements = sections.size() + others.size();
    int distance = others.size();
    for (int r = 0; r < orders.size(); r++) {
      if (orders.get(r).isPresent()) {
        AffineOrder order = orders.get(r).get();
        if (order.isIdentity(source.size())) {
          first.set(r, elements);
        } else {
          first.set(r, sections.size());
          sections.add(Section.of(order, distance--));
        }
      }
    }
    sections.add(Section.of(unordered()));
  }
}
