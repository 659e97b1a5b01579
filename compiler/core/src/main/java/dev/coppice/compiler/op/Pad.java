package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code x} with elements added before and after it along each axis, or taken away where a pad is
 * negative. Any type. ONNX Pad, since 2; WRAP since 19.
 *
 * @param mode where added elements come from
 * @param pads for each axis of {@code x} the elements added before, then for each axis those added
 *     after
 * @param value added by mode CONSTANT, converted to the element type
 */
public record Pad(Mode mode, List<Integer> pads, double value) implements Op {
  /** Where added elements come from. */
  public enum Mode {
    /** They are all the same value. */
    CONSTANT,
    /** Mirrored at the outermost element, which is not repeated. */
    REFLECT,
    /** The outermost element. */
    EDGE,
    /** From the other end. */
    WRAP
  }

  public Pad {
    pads = List.copyOf(pads);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    int rank = x.shape().rank();
    Operands.length("pads", pads, 2 * rank, x);
    if (x.dtype().isStoredOnly()
        && Tensor.splat(TensorType.of(x.dtype(), 1), value).doubleAt(0) != value) {
      throw Operands.bad("value %s is none of operand %s", value, x);
    }
    int[] dims = x.shape().dims();
    for (int a = 0; a < rank; a++) {
      long dim = (long) dims[a] + pads.get(a) + pads.get(a + rank);
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw Operands.bad("pads %s leave %d elements on axis %d of operand %s", pads, dim, a, x);
      }
      if (mode != Mode.CONSTANT && dims[a] == 0 && dim > 0) {
        throw Operands.bad("mode %s needs elements on axis %d of operand %s", mode, a, x);
      }
      dims[a] = (int) dim;
    }
    return List.of(x.with(Shape.of(dims)));
  }

  /**
   * For each index along {@code axis} of the result the index in {@code x} it comes from, -1 if it
   * is added as a constant.
   */
  private int[] sources(int axis, Shape x, Shape y) {
    int n = x.dim(axis);
    int[] from = new int[y.dim(axis)];
    for (int i = 0; i < from.length; i++) {
      int j = i - pads.get(axis);
      from[i] =
          switch (mode) {
            case CONSTANT -> j >= 0 && j < n ? j : -1;
            case EDGE -> Math.min(Math.max(j, 0), n - 1);
            case WRAP -> Math.floorMod(j, n);
            case REFLECT -> {
              int period = Math.max(2 * n - 2, 1);
              int r = Math.floorMod(j, period);
              yield r < n ? r : period - r;
            }
          };
    }
    return from;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    int[] extents = type.shape().dims();
    int[] strides = x.shape().strides();
    int[][] sources = new int[extents.length][];
    for (int a = 0; a < extents.length; a++) {
      sources[a] = sources(a, x.shape(), type.shape());
    }
    Object from = x.toArray();
    Object y = Tensor.splat(type, value).toArray();
    for (int i = 0; i < type.shape().size(); i++) {
      int[] c = Axes.coordinates(i, extents);
      int j = 0;
      for (int a = 0; a < c.length && j >= 0; a++) {
        j = sources[a][c[a]] < 0 ? -1 : j + sources[a][c[a]] * strides[a];
      }
      if (j >= 0) {
        System.arraycopy(from, j, y, i, 1);
      }
    }
    return List.of(Tensor.adopt(type, y));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.outputType(0).shape();
    Stmt body =
        shape.size() == 0
            ? block(List.of())
            : mode == Mode.CONSTANT ? constant(k, shape) : mirrored(k, shape);
    String comment = "y" + k.outputType(0) + " = x" + k.inputType(0) + " padded by " + pads;
    return k.build("pad", comment, body);
  }

  /** Everything set to the value, then {@code x} copied in. */
  private Stmt constant(KernelBuilder k, Shape shape) {
    Shape x = k.inputType(0).shape();
    int rank = x.rank();
    int[] kept = new int[rank];
    int[] from = x.strides();
    int[] to = shape.strides();
    int fromOffset = 0;
    int toOffset = 0;
    for (int a = 0; a < rank; a++) {
      int before = pads.get(a);
      kept[a] = Math.max(0, x.dim(a) + Math.min(before, 0) + Math.min(pads.get(a + rank), 0));
      fromOffset += Math.max(-before, 0) * from[a];
      toOffset += Math.max(before, 0) * to[a];
    }
    Buffer in = k.input(0, "x");
    Buffer y = k.output(0, "y");
    Expr fillValue = literal(Tensor.splat(TensorType.of(y.dtype(), 1), value), 0);
    return block(
        fill(y, intLit(0), intLit(shape.size()), fillValue),
        new StridedView(fromOffset, kept, from).copy(k, in, y, toOffset, to, ""));
  }

  /** Row by row: the middle copied, the ends gathered through index tables. */
  private Stmt mirrored(KernelBuilder k, Shape shape) {
    Shape x = k.inputType(0).shape();
    int rank = x.rank();
    Buffer in = k.input(0, "x");
    Buffer y = k.output(0, "y");
    List<Buffer> tables = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      int[] from = sources(a, x, shape);
      tables.add(
          k.weights(
              "from" + a, Tensor.fromLongs(TensorType.of(DType.INT32, from.length), i -> from[i])));
    }
    return rows(in, y, tables, x.strides(), shape, 0, intLit(0), intLit(0));
  }

  private Stmt rows(
      Buffer in,
      Buffer y,
      List<Buffer> tables,
      int[] strides,
      Shape shape,
      int axis,
      Expr from,
      Expr to) {
    int last = shape.rank() - 1;
    if (axis == last) {
      int before = Math.max(0, pads.get(last));
      int middle = shape.dim(last) - before - Math.max(0, pads.get(last + shape.rank()));
      int skipped = Math.max(0, -pads.get(last));
      if (middle <= 0) {
        return gather("i", in, y, tables.get(last), from, to, 0, shape.dim(last));
      }
      return block(
          gather("l", in, y, tables.get(last), from, to, 0, before),
          Stmts.copy(in, add(from, skipped), y, add(to, before), intLit(middle)),
          gather("r", in, y, tables.get(last), from, to, before + middle, shape.dim(last)));
    }
    return Axes.each(
        "c" + axis,
        shape.dim(axis),
        c ->
            rows(
                in,
                y,
                tables,
                strides,
                shape,
                axis + 1,
                add(from, mul(load(tables.get(axis), c), strides[axis])),
                add(to, mul(c, shape.sizeOf(axis + 1, shape.rank())))));
  }

  private static Stmt gather(
      String var, Buffer in, Buffer y, Buffer table, Expr from, Expr to, int first, int end) {
    if (first == end) {
      return block(List.of());
    }
    return loop(
        var,
        intLit(first),
        intLit(end),
        1,
        AxisKind.PARALLEL,
        i -> store(y, add(to, i), load(in, add(from, load(table, i)))));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    return pads.stream().allMatch(p -> p == 0);
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = pads.size() / 2;
    List<Integer> moved = new ArrayList<>(Axes.channelsLast(pads.subList(0, rank)));
    moved.addAll(Axes.channelsLast(pads.subList(rank, 2 * rank)));
    return Optional.of(ChannelsLast.of(new Pad(mode, moved, value)));
  }
}
