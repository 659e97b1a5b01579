package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.rem;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Channels woven into places: {@code x: [N, C * s1 * s2 .., Q1, Q2, ..]} to {@code y: [N, C,
 * outputShape]} with {@code y[n, c, o..] = x[n, (c, (o + begin) % s ..), (o + begin) / s ..]}. Any
 * type. The last step of a transposed convolution, whose phases are channels of an ordinary one; a
 * DepthToSpace of mode CRD for any number of axes that takes a part of its result.
 *
 * @param strides number of phases along each spatial axis
 * @param begins places left out before each spatial axis
 * @param outputShape spatial shape of the result
 */
public record Interleave(List<Integer> strides, List<Integer> begins, List<Integer> outputShape)
    implements Op {
  /** Phases of the last axis up to this number are woven in one pass. */
  private static final int UNROLLED = 4;

  public Interleave {
    strides = List.copyOf(strides);
    begins = List.copyOf(begins);
    outputShape = List.copyOf(outputShape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    int rank = x.shape().rank() - 2;
    if (rank < 1) {
      throw Operands.bad("operand 0 is %s, expected at least 3 dimensions [N, C, Q1, ...]", x);
    }
    Operands.length("strides", strides, rank, x);
    Operands.length("begins", begins, rank, x);
    Operands.length("outputShape", outputShape, rank, x);
    int phases = 1;
    List<Integer> dims = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      int s = strides.get(a);
      long end = (long) begins.get(a) + outputShape.get(a);
      if (s < 1 || begins.get(a) < 0 || end > (long) s * x.shape().dim(a + 2)) {
        throw Operands.bad(
            "spatial axis %d: places %d to %d by stride %d are outside operand %s",
            a, begins.get(a), end - 1, s, x);
      }
      phases = Math.multiplyExact(phases, s);
    }
    if (x.shape().dim(1) % phases != 0) {
      throw Operands.bad("operand 0 is %s, expected axis 1 divisible by %d phases", x, phases);
    }
    dims.add(x.shape().dim(0));
    dims.add(x.shape().dim(1) / phases);
    dims.addAll(outputShape);
    return List.of(x.with(Shape.of(dims)));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Shape y = inferTypes(List.of(x.type())).get(0).shape();
    int[] extents = y.dims();
    return List.of(
        x.gather(
            y,
            i -> {
              int[] o = Axes.coordinates(i, extents);
              int channel = o[0] * extents[1] + o[1];
              int place = 0;
              for (int a = 0; a < strides.size(); a++) {
                int p = o[a + 2] + begins.get(a);
                channel = channel * strides.get(a) + p % strides.get(a);
                place = place * x.shape().dim(a + 2) + p / strides.get(a);
              }
              return channel * x.shape().sizeOf(2, x.shape().rank()) + place;
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape y = k.outputType(0).shape();
    Stmt body =
        y.size() == 0
            ? Axes.nothing(k)
            : Axes.each(
                "c",
                y.dim(0) * y.dim(1),
                c -> axis(k, k.input(0, "x"), k.output(0, "y"), 0, c, intLit(0), c));
    return k.build(
        "interleave",
        "y" + k.outputType(0) + " = phases " + strides + " of x" + k.inputType(0),
        body);
  }

  /**
   * Loops over spatial axes from {@code axis}; {@code channel} and {@code place} index x, {@code
   * to} indexes y so far.
   */
  private Stmt axis(
      KernelBuilder k, Buffer x, Buffer y, int axis, Expr channel, Expr place, Expr to) {
    int stride = strides.get(axis);
    int in = k.inputType(0).shape().dim(axis + 2);
    int out = outputShape.get(axis);
    int rank = strides.size();
    if (axis == rank - 1) {
      return stride <= UNROLLED
          ? weave(k, x, y, channel, place, mul(to, out))
          : loop("b", stride, b -> phase(k, x, y, channel, place, mul(to, out), b));
    }
    Var c = new Var("c" + axis, LoopType.INT);
    Var q = new Var("q" + axis, LoopType.INT);
    return loop(
        "o" + axis,
        out,
        o -> {
          Expr p = add(o, begins.get(axis));
          return new Stmt.Block(
              List.of(
                  local(c, add(mul(channel, stride), rem(p, intLit(stride)))),
                  local(q, add(mul(place, in), div(p, intLit(stride)))),
                  axis(k, x, y, axis + 1, ref(c), ref(q), add(mul(to, out), o))));
        });
  }

  /**
   * A row, all phases in one pass: element {@code stride * t + r} of the row comes from the phase
   * that {@code r} falls into, {@code t} elements behind that phase's first.
   */
  private Stmt weave(KernelBuilder k, Buffer x, Buffer y, Expr channel, Expr place, Expr to) {
    Shape in = k.inputType(0).shape();
    int last = strides.size() - 1;
    int stride = strides.get(last);
    int plane = in.sizeOf(2, in.rank());
    List<Expr> scalars = new ArrayList<>(List.of(to));
    Expr first = add(mul(mul(channel, stride), plane), mul(place, in.dim(-1)));
    for (int r = 0; r < stride; r++) {
      int p = r + begins.get(last);
      scalars.add(add(first, p % stride * plane + p / stride));
    }
    if (!k.residuals().isEmpty()) {
      return woven(k, x, y, scalars);
    }
    Buffer source = Buffer.flat("x", x.dtype(), Buffer.Role.INPUT, x.length());
    Buffer result = Buffer.flat("y", y.dtype(), Buffer.Role.OUTPUT, y.length());
    List<Var> parameters = new ArrayList<>(List.of(new Var("to", LoopType.INT)));
    for (int r = 0; r < stride; r++) {
      parameters.add(new Var("from" + r, LoopType.INT));
    }
    Function row =
        new Function(
            "weave",
            "y[to + " + stride + " t + r] = x[from of r + t].",
            List.of(source, result),
            parameters,
            woven(k, source, result, parameters.stream().map(Exprs::ref).toList()));
    return Stmts.invoke(row, List.of(x, y), scalars);
  }

  private Stmt woven(KernelBuilder k, Buffer x, Buffer y, List<Expr> places) {
    int stride = places.size() - 1;
    int out = outputShape.get(strides.size() - 1);
    Stmt all = loop("t", out / stride, t -> step(k, x, y, places, t, stride));
    Stmt rest = step(k, x, y, places, intLit(out / stride), out % stride);
    return Stmts.block(all, rest);
  }

  private Stmt step(KernelBuilder k, Buffer x, Buffer y, List<Expr> places, Expr t, int count) {
    int stride = places.size() - 1;
    List<Stmt> stores = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      Expr index = add(add(places.get(0), mul(t, stride)), r);
      stores.add(store(y, index, k.finish(load(x, add(places.get(r + 1), t)), index)));
    }
    return Stmts.block(stores);
  }

  /** Phase {@code b} of a row: consecutive elements of x to every stride-th element of y. */
  private Stmt phase(
      KernelBuilder k, Buffer x, Buffer y, Expr channel, Expr place, Expr to, Expr b) {
    Shape in = k.inputType(0).shape();
    int last = strides.size() - 1;
    int stride = strides.get(last);
    int begin = begins.get(last);
    Var from = new Var("from", LoopType.INT);
    Var at = new Var("at", LoopType.INT);
    Expr first = rem(add(b, stride - begin % stride), intLit(stride));
    Expr start = div(add(first, begin), intLit(stride));
    Expr count = div(sub(intLit(outputShape.get(last) + stride - 1), first), intLit(stride));
    Expr plane = mul(add(mul(channel, stride), b), in.sizeOf(2, in.rank()));
    return new Stmt.Block(
        List.of(
            local(from, add(add(plane, mul(place, in.dim(-1))), start)),
            local(at, add(to, first)),
            loop(
                "i",
                intLit(0),
                count,
                1,
                AxisKind.PARALLEL,
                i -> {
                  Expr index = add(ref(at), mul(i, stride));
                  return store(y, index, k.finish(load(x, add(ref(from), i)), index));
                })));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
