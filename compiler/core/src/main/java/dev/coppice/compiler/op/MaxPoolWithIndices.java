package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.or;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * The maximum of each window, as {@link MaxPool}, and where in all of {@code x} it stands (int64):
 * the first place of several, -1 for a window without elements. ONNX MaxPool with its second
 * result, since 8.
 *
 * @param kernel window per spatial axis
 * @param strides steps
 * @param pads pads before each spatial axis, then after
 * @param dilations distance of window elements
 * @param outputShape spatial shape of the results
 * @param columnMajor whether places within a plane count with the first spatial axis fastest
 */
public record MaxPoolWithIndices(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    List<Integer> outputShape,
    boolean columnMajor)
    implements Op {
  public MaxPoolWithIndices {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
    outputShape = List.copyOf(outputShape);
  }

  private PoolWindow window() {
    return new PoolWindow(kernel, strides, pads, dilations, outputShape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType y =
        new MaxPool(kernel, strides, pads, dilations, outputShape).inferTypes(inputs).get(0);
    return List.of(y, y.with(DType.INT64));
  }

  /** What a step along each spatial axis adds to the place told. */
  private int[] places(Shape x) {
    int[] steps = new int[kernel.size()];
    int step = 1;
    for (int i = 0; i < steps.length; i++) {
      int axis = columnMajor ? i : steps.length - 1 - i;
      steps[axis] = step;
      step *= x.dim(axis + 2);
    }
    return steps;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    List<TensorType> types = inferTypes(List.of(x.type()));
    Shape y = types.get(0).shape();
    int plane = x.shape().sizeOf(2, x.shape().rank());
    int[] steps = places(x.shape());
    double[] values = new double[y.size()];
    long[] indices = new long[y.size()];
    for (int j = 0; j < values.length; j++) {
      values[j] = MaxPool.least(x.dtype());
      indices[j] = -1;
      for (int i : window().elements(x.shape(), y, j)) {
        if (indices[j] < 0 || x.doubleAt(i) > values[j]) {
          values[j] = x.doubleAt(i);
          indices[j] = (long) i / plane * plane;
          int[] c = Axes.coordinates(i, x.shape().dims());
          for (int a = 0; a < steps.length; a++) {
            indices[j] += (long) c[a + 2] * steps[a];
          }
        }
      }
    }
    return List.of(
        Tensor.fromDoubles(types.get(0), j -> values[j]),
        Tensor.fromLongs(types.get(1), j -> indices[j]));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape in = k.inputType(0).shape();
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    Buffer indices = k.output(1, "indices");
    Var best = new Var("best", LoopType.of(x.dtype()));
    Var bestAt = new Var("bestAt", LoopType.INT);
    Shape out = k.outputType(0).shape();
    Stmt body =
        out.size() == 0
            ? Axes.nothing(k)
            : loop(
                "c",
                out.dim(0) * out.dim(1),
                c ->
                    places(
                        0,
                        c,
                        List.of(),
                        (at, place) ->
                            new Stmt.Block(
                                List.of(
                                    local(best, literal(best.type(), MaxPool.least(x.dtype()))),
                                    local(bestAt, intLit(-1)),
                                    taps(x, in, 0, place, c, plane(c, in), best, bestAt),
                                    store(y, at, ref(best)),
                                    store(indices, at, cast(LoopType.LONG, ref(bestAt)))))));
    return k.build(
        "maxPoolWithIndices",
        "y" + k.outputType(0) + " = maxPool(x" + k.inputType(0) + ") and places, window " + kernel,
        body);
  }

  private static Expr plane(Expr c, Shape x) {
    return mul(c, x.sizeOf(2, x.rank()));
  }

  private interface PlaceBody {
    Stmt apply(Expr at, List<Expr> place);
  }

  private Stmt places(int axis, Expr at, List<Expr> place, PlaceBody body) {
    if (axis == kernel.size()) {
      return body.apply(at, place);
    }
    return loop(
        "o" + axis,
        outputShape.get(axis),
        o -> {
          List<Expr> further = new java.util.ArrayList<>(place);
          further.add(o);
          return places(axis + 1, add(mul(at, outputShape.get(axis)), o), further, body);
        });
  }

  /**
   * Loops over window elements within x; {@code from} indexes x so far and {@code told} is the
   * place so far.
   */
  private Stmt taps(
      Buffer x, Shape in, int axis, List<Expr> place, Expr from, Expr told, Var best, Var bestAt) {
    if (axis == kernel.size()) {
      Var v = new Var("v", best.type());
      Expr better = or(lt(ref(bestAt), intLit(0)), gt(ref(v), ref(best)));
      return new Stmt.Block(
          List.of(
              local(v, load(x, from)),
              when(better, block(assign(best, ref(v)), assign(bestAt, told)))));
    }
    int extent = in.dim(axis + 2);
    Var i = new Var("i" + axis, LoopType.INT);
    return reduceLoop(
        "k" + axis,
        kernel.get(axis),
        tap -> {
          Expr at = add(mul(place.get(axis), strides.get(axis)), mul(tap, dilations.get(axis)));
          Expr inside = and(ge(ref(i), intLit(0)), lt(ref(i), intLit(extent)));
          Stmt inner =
              taps(
                  x,
                  in,
                  axis + 1,
                  place,
                  add(mul(from, extent), ref(i)),
                  add(told, mul(ref(i), places(in)[axis])),
                  best,
                  bestAt);
          return new Stmt.Block(
              List.of(
                  local(i, add(at, -pads.get(axis))),
                  window().inside(axis, extent) ? inner : when(inside, inner)));
        });
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
