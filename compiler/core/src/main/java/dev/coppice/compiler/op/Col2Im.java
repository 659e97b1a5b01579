package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.eq;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.rem;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks added up where they overlap: {@code x: [N, C * block elements, blocks]} to {@code [N, C,
 * imageShape]}, the inverse of taking an image apart into the windows of a convolution. Floats.
 * ONNX Col2Im, since 18.
 *
 * @param imageShape spatial shape of the result
 * @param blockShape size of a block
 * @param strides distance of blocks
 * @param pads pads before each spatial axis, then after
 * @param dilations distance of a block's elements
 */
public record Col2Im(
    List<Integer> imageShape,
    List<Integer> blockShape,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations)
    implements Op {
  public Col2Im {
    imageShape = List.copyOf(imageShape);
    blockShape = List.copyOf(blockShape);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.floating(inputs, 0);
    int rank = imageShape.size();
    Operands.length("blockShape", blockShape, rank, x);
    Operands.length("strides", strides, rank, x);
    Operands.length("pads", pads, 2 * rank, x);
    Operands.length("dilations", dilations, rank, x);
    for (int a = 0; a < rank; a++) {
      if (strides.get(a) < 1
          || dilations.get(a) < 1
          || blockShape.get(a) < 1
          || imageShape.get(a) < 1
          || blocks(a) < 1) {
        throw Operands.bad(
            "blocks %s, strides %s and dilations %s do not fit image %s with pads %s",
            blockShape, strides, dilations, imageShape, pads);
      }
    }
    int elements = Shape.of(blockShape).size();
    if (x.shape().rank() != 3
        || x.shape().dim(1) % elements != 0
        || x.shape().dim(2) != Shape.of(blocks()).size()) {
      throw Operands.bad(
          "operand 0 is %s, expected [N, C * %d, %d]", x, elements, Shape.of(blocks()).size());
    }
    List<Integer> dims = new ArrayList<>();
    dims.add(x.shape().dim(0));
    dims.add(x.shape().dim(1) / elements);
    dims.addAll(imageShape);
    return List.of(x.with(Shape.of(dims)));
  }

  private int blocks(int axis) {
    int room =
        imageShape.get(axis)
            + pads.get(axis)
            + pads.get(axis + imageShape.size())
            - dilations.get(axis) * (blockShape.get(axis) - 1)
            - 1;
    return Math.floorDiv(room, strides.get(axis)) + 1;
  }

  private List<Integer> blocks() {
    List<Integer> counts = new ArrayList<>();
    for (int a = 0; a < imageShape.size(); a++) {
      counts.add(blocks(a));
    }
    return counts;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    double[] y = new double[type.shape().size()];
    int[] block = Axes.array(blockShape);
    int[] counts = Axes.array(blocks());
    int elements = Shape.of(block).size();
    int plane = Shape.of(imageShape).size();
    for (int i = 0; i < x.size(); i++) {
      int[] b = Axes.coordinates(i % x.shape().dim(2), counts);
      int column = i / x.shape().dim(2);
      int[] e = Axes.coordinates(column % elements, block);
      int at = 0;
      boolean inside = true;
      for (int a = 0; a < b.length; a++) {
        int o = b[a] * strides.get(a) + e[a] * dilations.get(a) - pads.get(a);
        inside &= o >= 0 && o < imageShape.get(a);
        at = at * imageShape.get(a) + o;
      }
      if (inside) {
        y[column / elements * plane + at] += x.doubleAt(i);
      }
    }
    return List.of(Tensor.fromDoubles(type, i -> y[i]));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape out = k.outputType(0).shape();
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    Var sum = new Var("sum", LoopType.of(x.dtype()));
    Stmt body =
        out.size() == 0
            ? Axes.nothing(k)
            : loop(
                "c",
                out.dim(0) * out.dim(1),
                c ->
                    Axes.loops(
                        "o",
                        Axes.array(imageShape),
                        Stmt.AxisKind.PARALLEL,
                        o -> {
                          Expr at = add(mul(c, out.sizeOf(2, out.rank())), Axes.index(o, places()));
                          return new Stmt.Block(
                              List.of(
                                  local(sum, literal(sum.type(), 0)),
                                  elements(x, sum, o, 0, c, intLit(0)),
                                  store(y, at, k.finish(ref(sum), at))));
                        }));
    return k.build(
        "col2im",
        "y" + k.outputType(0) + " = sums of blocks " + blockShape + " of x" + k.inputType(0),
        body);
  }

  private int[] places() {
    return Shape.of(imageShape).strides();
  }

  /**
   * Adds what the elements of a block bring to place {@code o}; {@code column} and {@code block}
   * index x so far.
   */
  private Stmt elements(Buffer x, Var sum, List<Expr> o, int axis, Expr column, Expr block) {
    if (axis == imageShape.size()) {
      Expr from = add(mul(column, Shape.of(blocks()).size()), block);
      return assign(sum, add(ref(sum), load(x, from)));
    }
    Expr stride = intLit(strides.get(axis));
    int count = blocks(axis);
    Var p = new Var("p" + axis, LoopType.INT);
    return reduceLoop(
        "e" + axis,
        blockShape.get(axis),
        e -> {
          Expr inside =
              and(
                  and(ge(ref(p), intLit(0)), lt(ref(p), intLit(count * strides.get(axis)))),
                  eq(rem(ref(p), stride), intLit(0)));
          Stmt inner =
              elements(
                  x,
                  sum,
                  o,
                  axis + 1,
                  add(mul(column, blockShape.get(axis)), e),
                  add(mul(block, count), div(ref(p), stride)));
          return new Stmt.Block(
              List.of(
                  local(p, sub(add(o.get(axis), pads.get(axis)), mul(e, dilations.get(axis)))),
                  when(inside, inner)));
        });
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
