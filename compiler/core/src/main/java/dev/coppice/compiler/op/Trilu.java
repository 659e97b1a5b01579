package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * The upper or lower triangle of matrices, zeros elsewhere. {@code x: [.., M, N]} of any type. ONNX
 * Trilu, since 14 (its second operand is {@code k}).
 *
 * @param upper whether elements with {@code column >= row + k} are kept, else those with {@code
 *     column <= row + k}
 * @param k diagonal that belongs to the triangle, 0 for the main one
 */
public record Trilu(boolean upper, int k) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    if (x.shape().rank() < 2) {
      throw Operands.bad("operand 0 is %s, expected at least 2 dimensions [.., M, N]", x);
    }
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int m = x.shape().dim(-2);
    int n = x.shape().dim(-1);
    Object y = x.toArray();
    Object zero = Tensor.newArray(x.dtype(), 1);
    for (int i = 0; i < x.size(); i++) {
      long distance = (long) i % n - i / n % m - k;
      if (upper ? distance < 0 : distance > 0) {
        System.arraycopy(zero, 0, y, i, 1);
      }
    }
    return List.of(Tensor.adopt(x.type(), y));
  }

  @Override
  public Kernel lower(KernelBuilder b) {
    Shape shape = b.inputType(0).shape();
    int m = shape.dim(-2);
    int n = shape.dim(-1);
    Buffer x = b.input(0, "x");
    Buffer y = b.output(0, "y");
    int diagonal = Math.max(-m, Math.min(n, k));
    Stmt body =
        Axes.each(
            "o",
            shape.sizeOf(0, shape.rank() - 2),
            o ->
                Axes.each(
                    "i",
                    m,
                    i -> {
                      Expr row = mul(add(mul(o, m), i), n);
                      Expr edge =
                          min(max(add(i, diagonal + (upper ? 0 : 1)), intLit(0)), intLit(n));
                      return block(
                          columns("j", b, x, y, row, intLit(0), edge, !upper),
                          columns("l", b, x, y, row, edge, intLit(n), upper));
                    }));
    return b.build(
        "trilu",
        "y" + b.outputType(0) + " = " + (upper ? "upper" : "lower") + " triangle of x",
        body);
  }

  private static Stmt columns(
      String var, KernelBuilder b, Buffer x, Buffer y, Expr row, Expr from, Expr to, boolean kept) {
    return loop(
        var,
        from,
        to,
        1,
        AxisKind.VECTOR,
        j -> {
          Expr at = add(row, j);
          Expr value = kept ? load(x, at) : literal(LoopType.of(x.dtype()), 0);
          return store(y, at, b.finish(value, at));
        });
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
