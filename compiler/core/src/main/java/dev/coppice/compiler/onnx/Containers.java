package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Sequences and optionals. How many tensors one holds is known when a model is imported, so that
 * only the tensors are in the graph; a value that no node has stands for the container itself.
 */
final class Containers {
  /** What holds tensors. */
  enum Kind {
    /** Any number of tensors. */
    SEQUENCE,
    /** A tensor or a sequence, or nothing. */
    OPTIONAL
  }

  /**
   * A sequence or an optional.
   *
   * @param elements element type of its tensors
   * @param parts what it holds, tensors or containers
   */
  record Container(Kind kind, DType elements, List<Value> parts) {
    Container {
      parts = List.copyOf(parts);
    }
  }

  /**
   * What a value stands for but for the tensors themselves.
   *
   * @param kind of the container; empty for a tensor
   * @param parts of the container; none for a tensor
   */
  record Layout(Optional<Kind> kind, DType elements, List<Layout> parts) {
    /** Number of tensors. */
    int tensors() {
      return kind.isEmpty() ? 1 : parts.stream().mapToInt(Layout::tensors).sum();
    }

    @Override
    public String toString() {
      if (kind.isEmpty()) {
        return "a tensor";
      }
      return kind.get() == Kind.SEQUENCE
          ? "a sequence of " + parts.size()
          : parts.isEmpty() ? "an empty optional" : "an optional with " + parts.get(0);
    }
  }

  private final Map<Value, Container> known = new LinkedHashMap<>();
  private final Optional<Containers> around;

  /** Without any. */
  Containers() {
    this.around = Optional.empty();
  }

  /** None beyond those of {@code around}. */
  Containers(Containers around) {
    this.around = Optional.of(around);
  }

  /** A value, called {@code name} here only, that stands for {@code container}. */
  Value add(String name, Container container) {
    Value handle = new Value(name, new TensorType(container.elements(), Shape.SCALAR));
    known.put(handle, container);
    return handle;
  }

  /** What {@code value} stands for; empty if it is a tensor. */
  Optional<Container> of(Value value) {
    Container own = known.get(value);
    return own != null ? Optional.of(own) : around.flatMap(a -> a.of(value));
  }

  /** What {@code value} stands for, without its tensors. */
  Layout layout(Value value) {
    return of(value)
        .map(
            c ->
                new Layout(
                    Optional.of(c.kind()),
                    c.elements(),
                    c.parts().stream().map(this::layout).toList()))
        .orElseGet(() -> new Layout(Optional.empty(), value.type().dtype(), List.of()));
  }

  /** The tensors in {@code value}, in order; {@code value} itself if it is a tensor. */
  List<Value> tensors(Value value) {
    return of(value)
        .map(c -> c.parts().stream().flatMap(p -> tensors(p).stream()).toList())
        .orElseGet(() -> List.of(value));
  }

  /**
   * A value of {@code layout} with the next of {@code tensors}; names are from {@code assembly}.
   */
  Value assemble(Layout layout, Iterator<Value> tensors, Assembly assembly) {
    if (layout.kind().isEmpty()) {
      return tensors.next();
    }
    List<Value> parts = layout.parts().stream().map(p -> assemble(p, tensors, assembly)).toList();
    return add(assembly.temporary(), new Container(layout.kind().get(), layout.elements(), parts));
  }

  /** Hands over to {@code target}, with each tensor replaced by what {@code now} says. */
  void moveTo(Containers target, UnaryOperator<Value> now) {
    known.forEach(
        (handle, c) ->
            target.known.put(
                handle,
                new Container(c.kind(), c.elements(), c.parts().stream().map(now).toList())));
    known.clear();
  }
}
