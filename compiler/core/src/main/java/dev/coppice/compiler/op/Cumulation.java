package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Running sums or products along an axis. Numbers; floats accumulate in float, in {@link #evaluate}
 * in double. ONNX CumSum, since 11, and CumProd, since 26 (their second operand is the axis).
 *
 * @param kind sums or products
 * @param axis axis to walk
 * @param exclusive whether an element is left out of its own result
 * @param reverse whether to walk from the end
 */
public record Cumulation(Kind kind, int axis, boolean exclusive, boolean reverse) implements Op {
  /** How elements are combined. */
  public enum Kind {
    SUM("CumSum", BinaryOp.ADD, 0),
    PRODUCT("CumProd", BinaryOp.MUL, 1);

    private final String onnxName;
    private final BinaryOp by;
    private final int neutral;

    Kind(String onnxName, BinaryOp by, int neutral) {
      this.onnxName = onnxName;
      this.by = by;
      this.neutral = neutral;
    }
  }

  @Override
  public String name() {
    return kind.onnxName;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.number(inputs, 0);
    Operands.axis(axis, x);
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    boolean sums = kind == Kind.SUM;
    double[] floats = new double[x.size()];
    long[] integers = new long[x.size()];
    boolean floating = x.dtype().isFloat();
    SoftmaxSchedule.eachLine(
        x.shape(),
        axis,
        line -> {
          double f = kind.neutral;
          long n = kind.neutral;
          for (int i : ordered(line)) {
            double before = f;
            long earlier = n;
            if (floating) {
              f = sums ? f + x.doubleAt(i) : f * x.doubleAt(i);
            } else {
              n = sums ? n + x.longAt(i) : n * x.longAt(i);
            }
            floats[i] = exclusive ? before : f;
            integers[i] = exclusive ? earlier : n;
          }
        });
    return List.of(
        floating
            ? Tensor.fromDoubles(x.type(), i -> floats[i])
            : Tensor.fromLongs(x.type(), i -> integers[i]));
  }

  private int[] ordered(int[] line) {
    int[] out = line.clone();
    if (reverse) {
      Arrays.setAll(out, i -> line[line.length - 1 - i]);
    }
    return out;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int extent = shape.dim(axis);
    int inner = Axes.inner(shape, axis);
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    LoopType type = LoopType.of(x.dtype());
    Var total = new Var(kind == Kind.SUM ? "sum" : "product", type);
    Var next = new Var("next", type);
    Stmt body =
        Axes.each(
            "o",
            Axes.outer(shape, axis),
            o ->
                Axes.each(
                    "i",
                    inner,
                    i ->
                        new Stmt.Block(
                            List.of(
                                local(total, literal(type, kind.neutral)),
                                reduceLoop(
                                    "d",
                                    extent,
                                    d -> {
                                      Expr a = reverse ? sub(intLit(extent - 1), d) : d;
                                      Expr at = add(mul(add(mul(o, extent), a), inner), i);
                                      Expr value = exclusive ? ref(total) : ref(next);
                                      return new Stmt.Block(
                                          List.of(
                                              local(
                                                  next,
                                                  Exprs.binary(kind.by, ref(total), load(x, at))),
                                              store(y, at, k.finish(value, at)),
                                              assign(total, ref(next))));
                                    })))));
    return k.build(
        kind == Kind.SUM ? "cumSum" : "cumProd",
        "y" + k.outputType(0) + " = " + kind.onnxName + " of x along axis " + axis,
        body);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
