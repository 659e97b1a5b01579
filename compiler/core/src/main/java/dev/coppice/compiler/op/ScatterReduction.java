package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** How an update enters the element it falls on. */
public enum ScatterReduction {
  /** It replaces it; of several updates the last counts. */
  NONE,
  ADD,
  MUL,
  MAX,
  MIN;

  /** Requires numbers, for reductions of which uint64 has MAX and MIN none. */
  void check(List<TensorType> inputs) {
    Operands.sameDtype(inputs, 2);
    if (this != NONE) {
      Operands.number(inputs, 0);
    }
    if ((this == MAX || this == MIN) && inputs.get(0).dtype() == DType.UINT64) {
      throw Operands.bad("operand 0 is %s, which reduction %s does not take", inputs.get(0), this);
    }
  }

  /** The element after the update. */
  Expr apply(Expr old, Expr update) {
    return switch (this) {
      case NONE -> update;
      case ADD -> add(old, update);
      case MUL -> mul(old, update);
      case MAX -> max(old, update);
      case MIN -> min(old, update);
    };
  }

  /** {@code x} with update {@code i} entered at {@code place(i)}, in order. */
  Tensor scatter(Tensor x, Tensor updates, IntUnaryOperator place) {
    if (x.dtype().isFloat()) {
      double[] y = new double[x.size()];
      Arrays.setAll(y, x::doubleAt);
      for (int i = 0; i < updates.size(); i++) {
        int at = place.applyAsInt(i);
        double u = updates.doubleAt(i);
        y[at] =
            switch (this) {
              case NONE -> u;
              case ADD -> y[at] + u;
              case MUL -> y[at] * u;
              case MAX -> Math.max(y[at], u);
              case MIN -> Math.min(y[at], u);
            };
      }
      return Tensor.fromDoubles(x.type(), i -> y[i]);
    }
    long[] y = x.toLongs();
    for (int i = 0; i < updates.size(); i++) {
      int at = place.applyAsInt(i);
      long u = updates.longAt(i);
      y[at] =
          switch (this) {
            case NONE -> u;
            case ADD -> y[at] + u;
            case MUL -> y[at] * u;
            case MAX -> Math.max(y[at], u);
            case MIN -> Math.min(y[at], u);
          };
    }
    return Tensor.fromLongs(x.type(), i -> y[i]);
  }
}
