package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * What an LSTM does with the sums of its gates: {@code c' = sigmoid(f) * c + sigmoid(i) * tanh(g)},
 * {@code h = sigmoid(o) * tanh(c')}. Operands: {@code z: [.., 4 * H]}, the sums of the four gates
 * one behind the other; {@code c: [.., H]}; floats. Results: {@code h} and {@code c'}, of the type
 * of {@code c}. Hochreiter and Schmidhuber, Long Short-Term Memory, 1997.
 *
 * @param input which quarter of {@code z} is the input gate i
 * @param forget which is the forget gate f
 * @param cell which is the proposed cell g
 * @param output which is the output gate o
 */
public record LstmCell(int input, int forget, int cell, int output) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    Operands.floating(inputs, 0);
    Operands.sameDtype(inputs, 1);
    Shape z = inputs.get(0).shape();
    int last = z.rank() - 1;
    if (last < 0 || z.dim(last) % 4 != 0) {
      throw Operands.bad("operand 0 is %s, expected four gates along its last axis", z);
    }
    Operands.shape(inputs, 1, z.with(last, z.dim(last) / 4));
    return List.of(inputs.get(1), inputs.get(1));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor z = inputs.get(0);
    Tensor c = inputs.get(1);
    int hidden = c.shape().dim(-1);
    double[] next = new double[c.size()];
    double[] h = new double[c.size()];
    for (int i = 0; i < next.length; i++) {
      int row = i / hidden * 4 * hidden + i % hidden;
      next[i] =
          sigmoid(z.doubleAt(row + forget * hidden)) * c.doubleAt(i)
              + sigmoid(z.doubleAt(row + input * hidden))
                  * Math.tanh(z.doubleAt(row + cell * hidden));
      h[i] = sigmoid(z.doubleAt(row + output * hidden)) * Math.tanh(next[i]);
    }
    return List.of(
        Tensor.fromDoubles(c.type(), i -> h[i]), Tensor.fromDoubles(c.type(), i -> next[i]));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(1).shape();
    int hidden = shape.dim(-1);
    Buffer z = k.input(0, "z");
    Buffer c = k.input(1, "c");
    Buffer h = k.output(0, "h");
    Buffer next = k.output(1, "next");
    Var state = new Var("state", LoopType.of(c.dtype()));
    Stmt body =
        Axes.each(
            "r",
            shape.sizeOf(0, shape.rank() - 1),
            r ->
                loop(
                    "i",
                    intLit(0),
                    intLit(hidden),
                    1,
                    AxisKind.VECTOR,
                    i -> {
                      Expr at = add(mul(r, hidden), i);
                      Expr row = add(mul(r, 4 * hidden), i);
                      Expr kept =
                          mul(gate(z, row, forget * hidden, Intrinsic.SIGMOID), load(c, at));
                      Expr fresh =
                          mul(
                              gate(z, row, input * hidden, Intrinsic.SIGMOID),
                              gate(z, row, cell * hidden, Intrinsic.TANH));
                      return block(
                          local(state, add(kept, fresh)),
                          store(next, at, ref(state)),
                          store(
                              h,
                              at,
                              mul(
                                  gate(z, row, output * hidden, Intrinsic.SIGMOID),
                                  call(Intrinsic.TANH, ref(state)))));
                    }));
    return k.build("lstmCell", "h, next" + shape + " = LSTM cell of gates z and state c", body);
  }

  private static Expr gate(Buffer z, Expr row, int offset, Intrinsic activation) {
    return call(activation, load(z, add(row, offset)));
  }
}
