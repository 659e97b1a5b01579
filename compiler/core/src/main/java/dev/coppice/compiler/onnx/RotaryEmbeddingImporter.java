package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * RotaryEmbedding, since 23, and that of com.microsoft: pairs of elements of each head are rotated
 * by the angle of their position. Operands are {@code [b, h, rows, d]} or {@code [b, rows, h * d]},
 * cosines and sines {@code [positions, r / 2]}, and positions {@code [b, rows]}, without which the
 * tables have a row for each row: {@code [b, rows, r / 2]}; in com.microsoft also the position
 * {@code [1]} of the first row.
 *
 * @param cosines which operand the cosines are; the sines are the next
 * @param positions which operand the positions are
 */
record RotaryEmbeddingImporter(int cosines, int positions) implements NodeImporter {
  /** That of ONNX. */
  static final RotaryEmbeddingImporter ONNX = new RotaryEmbeddingImporter(1, 3);

  /** That of com.microsoft. */
  static final RotaryEmbeddingImporter MICROSOFT = new RotaryEmbeddingImporter(2, 1);

  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    Shape given = node.shape(0);
    boolean flat = given.rank() == 3;
    if (!flat && given.rank() != 4) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", expected [b, h, rows, d] or [b, rows, h * d]");
    }
    int asked = a.integer("rotary_embedding_dim", 0);
    int heads = a.integer("num_heads", 0);
    if (this.equals(MICROSOFT)) {
      // What the tables would be extended with.
      a.ignore("scale");
      if (a.flag("is_packed_batching", false)) {
        throw node.unsupported("is_packed_batching", "give examples of equal length");
      }
      if (heads == 0 && asked == 0 && flat && node.shape(cosines).rank() == 2) {
        heads = given.dim(2) / Math.max(1, 2 * node.shape(cosines).dim(1));
      }
    }
    if (flat && (heads < 1 || given.dim(2) % heads != 0)) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", which does not split into " + heads + " heads");
    }
    Value x =
        flat
            ? node.reshape(
                node.input(0), List.of(given.dim(0), given.dim(1), heads, given.dim(2) / heads))
            : node.input(0);
    int width = x.type().shape().dim(3);
    int rotated = asked == 0 ? width : asked;
    if (rotated < 2 || rotated > width || rotated % 2 != 0) {
      throw new IllegalArgumentException(
          "attribute 'rotary_embedding_dim' is "
              + asked
              + " with heads of "
              + width
              + " elements, expected an even number up to that");
    }
    Value cos = table(node, cosines, flat, rotated / 2);
    Value sin = table(node, cosines + 1, flat, rotated / 2);
    Value y = rotated(node, x, cos, sin, rotated, a.flag("interleaved", false));
    return List.of(node.reshape(y, Arrays.stream(given.dims()).boxed().toList()));
  }

  /**
   * Heads {@code x} of rank 4 with their first {@code rotated} elements rotated.
   *
   * @param cos cosines, which broadcast over the heads to half of those elements
   * @param sin sines
   * @param woven whether pairs are neighbours, rather than an element of each half
   */
  static Value rotated(
      NodeContext node, Value x, Value cos, Value sin, int rotated, boolean woven) {
    int width = x.type().shape().dim(3);
    int half = rotated / 2;
    Value first = part(node, x, 0, woven ? 2 : 1, half);
    Value second = part(node, x, woven ? 1 : half, woven ? 2 : 1, half);
    Value real =
        node.add(new Sub(), node.add(new Mul(), cos, first), node.add(new Mul(), sin, second));
    Value imaginary =
        node.add(new Add(), node.add(new Mul(), sin, first), node.add(new Mul(), cos, second));
    List<Value> parts =
        new ArrayList<>(woven ? List.of(weave(node, real, imaginary)) : List.of(real, imaginary));
    if (rotated < width) {
      parts.add(part(node, x, rotated, 1, width - rotated));
    }
    return parts.size() == 1 ? parts.get(0) : node.emit(new Concat(3), parts).get(0);
  }

  /** The cosines or sines of each row, broadcastable over heads. */
  private Value table(NodeContext node, int i, boolean flat, int half) {
    Shape x = node.shape(0);
    int rows = flat ? x.dim(1) : x.dim(2);
    Value table =
        node.has(positions)
            ? node.add(new Gather(0), node.input(i), places(node, x.dim(0), rows))
            : node.input(i);
    Shape shape = table.type().shape();
    if (!shape.equals(Shape.of(x.dim(0), rows, half))) {
      throw new IllegalArgumentException(
          "operand "
              + i
              + " gives "
              + table.type()
              + " for the positions, expected "
              + Shape.of(x.dim(0), rows, half));
    }
    return node.reshape(
        table, flat ? List.of(x.dim(0), rows, 1, half) : List.of(x.dim(0), 1, rows, half));
  }

  /** The position of each row of each example. */
  private Value places(NodeContext node, int batch, int rows) {
    Value given = node.input(positions);
    if (!equals(MICROSOFT) || given.type().shape().rank() != 1) {
      return given;
    }
    TensorType type = TensorType.of(given.type().dtype(), batch, rows);
    return node.add(new Add(), node.constant(Tensor.fromLongs(type, i -> i % rows)), given);
  }

  /** {@code count} elements of each head. */
  private static Value part(NodeContext node, Value x, int start, int step, int count) {
    Shape shape = x.type().shape();
    if (start == 0 && step == 1 && count == shape.dim(3)) {
      return x;
    }
    List<Integer> starts = new ArrayList<>(Collections.nCopies(4, 0));
    List<Integer> steps = new ArrayList<>(Collections.nCopies(4, 1));
    starts.set(3, start);
    steps.set(3, step);
    List<Integer> dims = Arrays.stream(shape.with(3, count).dims()).boxed().toList();
    return node.add(new Slice(starts, steps, dims), x);
  }

  private static Value weave(NodeContext node, Value even, Value odd) {
    List<Integer> dims =
        new ArrayList<>(Arrays.stream(even.type().shape().dims()).boxed().toList());
    int half = dims.get(3);
    dims.add(1);
    Value pairs = node.add(new Concat(4), node.reshape(even, dims), node.reshape(odd, dims));
    return node.reshape(pairs, List.of(dims.get(0), dims.get(1), dims.get(2), 2 * half));
  }
}
