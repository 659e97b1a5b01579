package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.function.BiFunction;

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
    int rows = shape.sizeOf(0, shape.rank() - 1);
    Stmt state =
        each(
            rows,
            hidden,
            (row, at) -> {
              Expr kept = mul(gate(z, row, forget * hidden, Intrinsic.SIGMOID), load(c, at));
              Expr entered = gate(z, row, input * hidden, Intrinsic.SIGMOID);
              Expr proposed = gate(z, row, cell * hidden, Intrinsic.TANH);
              return store(next, at, add(kept, mul(entered, proposed)));
            });
    Stmt output =
        each(
            rows,
            hidden,
            (row, at) ->
                store(
                    h,
                    at,
                    mul(
                        gate(z, row, this.output * hidden, Intrinsic.SIGMOID),
                        call(Intrinsic.TANH, load(next, at)))));
    return k.build(
        "lstmCell",
        "h, next" + shape + " = LSTM cell of gates z and state c",
        block(
            invoke("lstmState", "next = the state that gates z make of c.", state, z, c, next),
            invoke("lstmOutput", "h = what gates z let out of next.", output, z, next, h)));
  }

  /** A function of its own: five activations in one method are more than HotSpot 17 inlines. */
  private static Stmt invoke(String name, String comment, Stmt body, Buffer... buffers) {
    Function f = new Function(name, comment, List.of(buffers), List.of(), body);
    return Stmts.invoke(f, List.of(buffers), List.of());
  }

  /** {@code body} of where an element's gates begin, and of its place, for each element. */
  private static Stmt each(int rows, int hidden, BiFunction<Expr, Expr, Stmt> body) {
    return Axes.each(
        "r",
        rows,
        r ->
            loop(
                "i",
                intLit(0),
                intLit(hidden),
                1,
                AxisKind.VECTOR,
                i -> body.apply(add(mul(r, 4 * hidden), i), add(mul(r, hidden), i))));
  }

  private static Expr gate(Buffer z, Expr row, int offset, Intrinsic activation) {
    return call(activation, load(z, add(row, offset)));
  }
}
