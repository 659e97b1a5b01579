package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Einsum, since 12. Operands are multiplied two at a time, from the left; an index is summed over
 * as soon as nothing further needs it.
 */
final class EinsumImporter implements NodeImporter {
  /** A value with an index for each axis. */
  private record Term(Value value, List<Integer> indices) {
    int extent(int index) {
      int axis = indices.indexOf(index);
      return axis < 0 ? 1 : value.type().shape().dim(axis);
    }
  }

  @Override
  public List<Value> apply(NodeContext node) {
    List<Integer> ranks = node.inputs().stream().map(v -> v.type().shape().rank()).toList();
    EinsumEquation equation = EinsumEquation.parse(node.attributes().text("equation", ""), ranks);
    List<Term> terms = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      terms.add(diagonal(node, new Term(node.input(i), equation.operands().get(i))));
    }
    checkExtents(terms);
    Term product = new Term(node.scalar(node.type(0).dtype(), 1), List.of());
    for (int i = 0; i < terms.size(); i++) {
      List<Term> rest = terms.subList(i + 1, terms.size());
      Predicate<Integer> needed =
          index ->
              equation.result().contains(index)
                  || rest.stream().anyMatch(t -> t.indices().contains(index));
      Term left = product;
      Term right =
          summed(node, terms.get(i), index -> needed.test(index) || left.indices().contains(index));
      product = i == 0 ? right : product(node, left, right, needed);
    }
    Term all = summed(node, product, equation.result()::contains);
    return List.of(ordered(node, all, equation.result()));
  }

  private static void checkExtents(List<Term> terms) {
    for (Term t : terms) {
      for (int index : t.indices()) {
        int most = terms.stream().mapToInt(o -> o.extent(index)).max().orElseThrow();
        if (t.extent(index) != most && t.extent(index) != 1) {
          throw new IllegalArgumentException(
              "an index of the equation stands for " + t.extent(index) + " and for " + most);
        }
      }
    }
  }

  /** {@code t} with no index twice: of repeated ones the diagonal. */
  private static Term diagonal(NodeContext node, Term t) {
    for (int a = 0; a < t.indices().size(); a++) {
      int again = t.indices().lastIndexOf(t.indices().get(a));
      if (again != a) {
        return diagonal(node, diagonal(node, t, a, again));
      }
    }
    return t;
  }

  /** The elements of {@code t} with equal coordinates along axes {@code a} and {@code b}. */
  private static Term diagonal(NodeContext node, Term t, int a, int b) {
    Shape shape = t.value().type().shape();
    int n = shape.dim(a);
    if (shape.dim(b) != n) {
      throw new IllegalArgumentException(
          "an index of the equation stands for " + n + " and for " + shape.dim(b));
    }
    List<Integer> perm = new ArrayList<>(AxisArguments.all(shape.rank()));
    perm.remove(b);
    perm.remove(a);
    perm.add(0, a);
    perm.add(1, b);
    List<Integer> indices = new ArrayList<>(t.indices());
    indices.remove(b);
    int index = indices.remove(a);
    indices.add(0, index);
    Value first = node.add(new Transpose(perm), t.value());
    List<Integer> flat = new ArrayList<>(List.of(n * n));
    perm.stream().skip(2).map(shape::dim).forEach(flat::add);
    Value places =
        node.constant(Tensor.fromLongs(TensorType.of(DType.INT64, n), i -> (long) i * (n + 1)));
    return new Term(node.add(new Gather(0), node.reshape(first, flat), places), indices);
  }

  /** {@code t} summed over the indices that are not {@code needed}. */
  private static Term summed(NodeContext node, Term t, Predicate<Integer> needed) {
    List<Integer> axes = new ArrayList<>();
    List<Integer> left = new ArrayList<>();
    for (int a = 0; a < t.indices().size(); a++) {
      if (needed.test(t.indices().get(a))) {
        left.add(t.indices().get(a));
      } else {
        axes.add(a);
      }
    }
    return axes.isEmpty()
        ? t
        : new Term(node.add(new Reduce(Reduce.Kind.SUM, axes, false), t.value()), left);
  }

  /** The product of two terms, summed over the indices of both that nothing else needs. */
  private static Term product(NodeContext node, Term x, Term y, Predicate<Integer> needed) {
    List<Integer> contracted = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    for (int index : x.indices()) {
      if (y.indices().contains(index)) {
        boolean sums = !needed.test(index) && x.extent(index) == y.extent(index);
        (sums ? contracted : batch).add(index);
      }
    }
    List<Integer> rows = new ArrayList<>(x.indices());
    rows.removeAll(y.indices());
    List<Integer> columns = new ArrayList<>(y.indices());
    columns.removeAll(x.indices());
    List<Integer> all = concat(batch, rows, columns);
    if (contracted.isEmpty()) {
      Value left = aligned(node, x, all);
      Term product = new Term(node.add(new Mul(), left, aligned(node, y, all)), all);
      return summed(node, product, needed);
    }
    int depth = size(x, contracted);
    Value left = ordered(node, x, concat(batch, rows, contracted));
    Value right = ordered(node, y, concat(batch, contracted, columns));
    Value product =
        node.add(
            new MatMul(),
            node.reshape(left, dims(x, batch, size(x, rows), depth)),
            node.reshape(right, dims(y, batch, depth, size(y, columns))));
    List<Integer> shape = new ArrayList<>();
    all.forEach(index -> shape.add(Math.max(x.extent(index), y.extent(index))));
    for (int i = 0; i < batch.size(); i++) {
      shape.set(i, product.type().shape().dim(i));
    }
    return summed(node, new Term(node.reshape(product, shape), all), needed);
  }

  /** {@code t} with its axes in the order of {@code indices}, ones where it has none. */
  private static Value aligned(NodeContext node, Term t, List<Integer> indices) {
    List<Integer> own = indices.stream().filter(t.indices()::contains).toList();
    Value x = ordered(node, t, own);
    return node.reshape(x, indices.stream().map(t::extent).toList());
  }

  private static Value ordered(NodeContext node, Term t, List<Integer> indices) {
    if (indices.equals(t.indices())) {
      return t.value();
    }
    return node.add(new Transpose(indices.stream().map(t.indices()::indexOf).toList()), t.value());
  }

  private static List<Integer> dims(Term t, List<Integer> batch, int rows, int columns) {
    List<Integer> dims = new ArrayList<>(batch.stream().map(t::extent).toList());
    dims.add(rows);
    dims.add(columns);
    return dims;
  }

  private static int size(Term t, List<Integer> indices) {
    return indices.stream().mapToInt(t::extent).reduce(1, Math::multiplyExact);
  }

  private static List<Integer> concat(List<Integer> a, List<Integer> b, List<Integer> c) {
    return Stream.of(a, b, c).flatMap(List::stream).toList();
  }
}
