package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Coordinates of the elements that are not zero, in row-major order. {@code x} of numbers or
 * booleans and at least one axis; results: {@code i64[rank, size of x]}, a column per element,
 * columns beyond the last zero, and how many there are, {@code i64[]}. ONNX NonZero, since 9.
 */
public record NonZero() implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.computable(inputs, 0);
    if (x.shape().rank() == 0) {
      throw Operands.bad("operand 0 is %s, expected at least one axis", x);
    }
    return List.of(
        TensorType.of(DType.INT64, x.shape().rank(), x.shape().size()), TensorType.of(DType.INT64));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int[] dims = x.shape().dims();
    List<int[]> found = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      if (x.dtype().isFloat() ? x.doubleAt(i) != 0 : x.longAt(i) != 0) {
        found.add(Axes.coordinates(i, dims));
      }
    }
    Shape shape = Shape.of(dims.length, x.size());
    Tensor y =
        Tensor.fromLongs(
            new TensorType(DType.INT64, shape),
            i -> i % x.size() < found.size() ? found.get(i % x.size())[i / x.size()] : 0);
    return List.of(y, Tensor.ofLongs(Shape.SCALAR, found.size()));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    Buffer count = k.output(1, "count");
    Var n = new Var("n", LoopType.INT);
    Stmt found =
        Axes.loops(
            "i",
            shape.dims(),
            Stmt.AxisKind.REDUCE,
            c -> {
              List<Stmt> body = new ArrayList<>();
              for (int a = 0; a < c.size(); a++) {
                Expr at = add(intLit(a * shape.size()), ref(n));
                body.add(store(y, at, cast(LoopType.LONG, c.get(a))));
              }
              body.add(assign(n, add(ref(n), intLit(1))));
              return when(isSet(load(x, Axes.index(c, shape.strides()))), block(body));
            });
    return k.build(
        "nonZero",
        "y" + k.outputType(0) + " = coordinates of the elements of x that are not zero",
        block(
            fill(y, intLit(0), intLit(y.length()), Exprs.longLit(0)),
            local(n, intLit(0)),
            found,
            store(count, intLit(0), cast(LoopType.LONG, ref(n)))));
  }

  private static Expr isSet(Expr x) {
    return x.type().equals(LoopType.BOOLEAN)
        ? x
        : Exprs.not(Exprs.eq(x, Exprs.literal(x.type(), 0)));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
