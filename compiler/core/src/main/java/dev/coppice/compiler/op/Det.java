package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.abs;
import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.doubleLit;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.neg;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Determinants of square matrices. {@code x: [.., N, N]} of floats; result: {@code [..]}. By
 * Gaussian elimination with partial pivoting, in double. ONNX Det, since 11.
 */
public record Det() implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.floating(inputs, 0);
    int rank = x.shape().rank();
    if (rank < 2 || x.shape().dim(-1) != x.shape().dim(-2)) {
      throw Operands.bad("operand 0 is %s, expected square matrices", x);
    }
    return List.of(x.with(Shape.of(Arrays.copyOf(x.shape().dims(), rank - 2))));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int n = x.shape().dim(-1);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    return List.of(
        Tensor.fromDoubles(
            type,
            m -> {
              double[][] a = new double[n][n];
              for (int i = 0; i < n * n; i++) {
                a[i / n][i % n] = x.doubleAt(m * n * n + i);
              }
              return determinant(a);
            }));
  }

  private static double determinant(double[][] a) {
    double product = 1;
    for (int c = 0; c < a.length; c++) {
      int pivot = c;
      for (int r = c + 1; r < a.length; r++) {
        pivot = Math.abs(a[r][c]) > Math.abs(a[pivot][c]) ? r : pivot;
      }
      double[] row = a[pivot];
      a[pivot] = a[c];
      a[c] = row;
      product *= pivot == c ? row[c] : -row[c];
      if (product == 0) {
        return 0;
      }
      for (int r = c + 1; r < a.length; r++) {
        double factor = a[r][c] / row[c];
        for (int j = c + 1; j < a.length; j++) {
          a[r][j] -= factor * row[j];
        }
      }
    }
    return product;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int n = shape.dim(-1);
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    Buffer a = k.scratch("a", DType.FLOAT64, Math.max(1, n * n));
    Var product = new Var("product", LoopType.DOUBLE);
    Expr columns = intLit(n);
    Stmt body =
        Axes.each(
            "m",
            k.outputType(0).shape().size(),
            m ->
                block(
                    loop(
                        "i",
                        n * n,
                        i -> store(a, i, cast(LoopType.DOUBLE, load(x, add(mul(m, n * n), i))))),
                    local(product, doubleLit(1)),
                    reduceLoop("c", n, c -> column(a, product, columns, c)),
                    store(y, m, k.finish(cast(LoopType.of(y.dtype()), ref(product)), m))));
    return k.build("det", "y" + k.outputType(0) + " = determinants of x" + shape, body);
  }

  /** Swaps the row of the largest element to place {@code c} and clears the column below it. */
  private static Stmt column(Buffer a, Var product, Expr n, Expr c) {
    Var pivot = new Var("pivot", LoopType.INT);
    Var factor = new Var("factor", LoopType.DOUBLE);
    Var kept = new Var("kept", LoopType.DOUBLE);
    Expr next = add(c, 1);
    Expr corner = load(a, at(n, c, c));
    return block(
        local(pivot, c),
        loop(
            "r",
            next,
            n,
            1,
            AxisKind.REDUCE,
            r ->
                when(
                    gt(abs(load(a, at(n, r, c))), abs(load(a, at(n, ref(pivot), c)))),
                    assign(pivot, r))),
        when(
            binary(BinaryOp.NE, ref(pivot), c),
            block(
                loop(
                    "j",
                    c,
                    n,
                    1,
                    AxisKind.PARALLEL,
                    j ->
                        block(
                            local(kept, load(a, at(n, c, j))),
                            store(a, at(n, c, j), load(a, at(n, ref(pivot), j))),
                            store(a, at(n, ref(pivot), j), ref(kept)))),
                assign(product, neg(ref(product))))),
        assign(product, mul(ref(product), corner)),
        when(
            binary(BinaryOp.NE, corner, doubleLit(0)),
            loop(
                "r",
                next,
                n,
                1,
                AxisKind.PARALLEL,
                r ->
                    block(
                        local(
                            factor,
                            binary(BinaryOp.DIV, load(a, at(n, r, c)), load(a, at(n, c, c)))),
                        loop(
                            "j",
                            next,
                            n,
                            1,
                            AxisKind.VECTOR,
                            j ->
                                store(
                                    a,
                                    at(n, r, j),
                                    sub(
                                        load(a, at(n, r, j)),
                                        mul(ref(factor), load(a, at(n, c, j))))))))));
  }

  private static Expr at(Expr n, Expr row, Expr column) {
    return add(mul(row, n), column);
  }
}
