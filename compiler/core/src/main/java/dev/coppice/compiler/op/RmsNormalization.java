package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.loadVector;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code y = scale * x / sqrt(mean(x * x) + epsilon)} with the mean over the axes from {@code axis}
 * on. The scale has the shape of these axes; floats of one type. ONNX RMSNormalization, since 23.
 *
 * @param axis first axis of the mean
 * @param epsilon added to the mean
 */
public record RmsNormalization(int axis, float epsilon) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    TensorType x = inputs.get(0);
    Operands.floating(inputs, 0);
    Operands.axis(axis, x);
    int[] dims = x.shape().dims();
    Operands.sameDtype(inputs, 1);
    Operands.shape(inputs, 1, Shape.of(Arrays.copyOfRange(dims, axis, dims.length)));
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int length = x.shape().sizeOf(axis, x.shape().rank());
    double[] y = new double[x.size()];
    for (int base = 0; base < y.length; base += length) {
      double square = 0;
      for (int i = 0; i < length; i++) {
        square += Math.pow(x.doubleAt(base + i), 2) / length;
      }
      double root = Math.sqrt(square + epsilon);
      for (int i = 0; i < length; i++) {
        y[base + i] = inputs.get(1).doubleAt(i) * x.doubleAt(base + i) / root;
      }
    }
    return List.of(Tensor.fromDoubles(x.type(), i -> y[i]));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int length = shape.sizeOf(axis, shape.rank());
    Buffer x = k.input(0, "x");
    Buffer scale = k.input(1, "scale");
    Buffer y = k.output(0, "y");
    LoopType type = LoopType.of(x.dtype());
    Var factor = new Var("factor", type);
    Stmt body =
        shape.size() == 0
            ? Axes.nothing(k)
            : Axes.each(
                "o",
                Axes.outer(shape, axis),
                o -> {
                  Expr base = mul(o, length);
                  RunReduction squares = new RunReduction("squares", BinaryOp.ADD, 0, type);
                  List<Stmt> out =
                      new ArrayList<>(
                          squares.statements(
                              length,
                              (i, lanes) -> {
                                Expr v = loadVector(x, add(base, i), lanes);
                                return mul(v, v);
                              }));
                  Expr mean = div(ref(squares.result()), literal(type, length));
                  Expr spread = call(Intrinsic.SQRT, add(mean, literal(type, epsilon)));
                  out.add(local(factor, div(literal(type, 1), spread)));
                  out.add(
                      loop(
                          "i",
                          intLit(0),
                          intLit(length),
                          1,
                          AxisKind.VECTOR,
                          i -> {
                            Expr at = add(base, i);
                            Expr value = mul(mul(load(x, at), ref(factor)), load(scale, i));
                            return store(y, at, k.finish(value, at));
                          }));
                  return new Stmt.Block(out);
                });
    return k.build(
        "rmsNormalization",
        "y" + k.outputType(0) + " divided by its root mean square from axis " + axis + " on",
        body);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
