package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.And;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.GreaterOrEqual;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.Mod;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * TensorScatter, since 24: the update of a key or value cache. Each place of the cache gathers the
 * row of the update that falls on it, or keeps its own.
 */
final class TensorScatterImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Shape cache = node.shape(0);
    int axis = AxisArguments.normalize(node.attributes().integer("axis", -2), cache.rank());
    boolean circular = node.choice("mode", "linear", "circular").equals("circular");
    int room = cache.dim(axis);
    int n = node.shape(1).rank() == cache.rank() ? node.shape(1).dim(axis) : -1;
    if (axis == 0 || n < 1 || n > room || !node.shape(1).equals(cache.with(axis, n))) {
      throw new IllegalArgumentException(
          "the update is " + node.type(1) + ", the cache " + node.type(0) + " with axis " + axis);
    }
    int batch = cache.dim(0);
    int outer = cache.sizeOf(1, axis);
    int inner = cache.sizeOf(axis + 1, cache.rank());
    Value places = longs(node, room, 1, 1, room);
    Value start =
        node.has(2) ? node.reshape(node.input(2), List.of(batch, 1, 1)) : longs(node, 1, 1, 1, 1);
    Value from = node.add(new Sub(), places, start);
    if (circular) {
      from = node.add(new Mod(false), from, node.scalar(DType.INT64, room));
    }
    Value inside =
        node.add(
            new And(),
            node.add(new GreaterOrEqual(), from, node.scalar(DType.INT64, 0)),
            node.add(new Less(), from, node.scalar(DType.INT64, n)));
    Value blocks =
        node.constant(
            Tensor.fromLongs(TensorType.of(DType.INT64, batch, outer, 1), i -> (long) i * n));
    Value rows = node.add(new Add(), blocks, node.add(new Clip(0, n - 1), from));
    Value update = node.reshape(node.input(1), List.of(batch * outer * n, inner));
    Value moved = node.add(new Gather(0), update, rows);
    Value mask = node.reshape(inside, dims(inside.type().shape(), 1));
    Value past = node.reshape(node.input(0), List.of(batch, outer, room, inner));
    Value present = node.add(new Where(), mask, moved, past);
    return List.of(node.reshape(present, Arrays.stream(cache.dims()).boxed().toList()));
  }

  private static List<Integer> dims(Shape shape, int last) {
    return List.of(shape.dim(0), shape.dim(1), shape.dim(2), last);
  }

  private static Value longs(NodeContext node, int n, int... dims) {
    return node.constant(Tensor.fromLongs(TensorType.of(DType.INT64, dims), i -> n == 1 ? 0 : i));
  }
}
