package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.RecurrentActivations.Activation;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.op.Sub;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** One time step of RNN, GRU and LSTM by the equations of the ONNX specification. */
final class RecurrentCells {
  /**
   * What a step is given, all {@code [batch, ...]}.
   *
   * @param projected the input times its weights, with the biases that can be added up front
   * @param recurrence recurrence weights of the graph around, transposed: {@code [hidden, gates *
   *     hidden]}
   * @param recurrenceBias their bias, {@code [gates * hidden]}, where it cannot be added up front
   * @param peepholes weights {@code [3 * hidden]} of the cell state
   * @param quantized the product with the weights where they are quantized, which stands for {@code
   *     recurrence} then
   * @param state hidden state, then cell state
   */
  record Given(
      Value projected,
      Value recurrence,
      Optional<Value> recurrenceBias,
      Optional<Value> peepholes,
      Optional<DynamicProduct> quantized,
      List<Value> state) {
    Value hidden() {
      return state.get(0);
    }

    /** The hidden state times the recurrence weights. */
    Value product(Steps s) {
      return quantized.isPresent()
          ? quantized.get().of(s, hidden())
          : s.add(new MatMul(), hidden(), s.outer(recurrence));
    }
  }

  /** Computes the next states. */
  interface Cell {
    List<Value> next(Steps s, Given given);
  }

  private final List<Activation> activations;
  private final Optional<Float> clip;

  RecurrentCells(List<Activation> activations, Optional<Float> clip) {
    this.activations = activations;
    this.clip = clip;
  }

  /** {@code h = f(x + h R)}. */
  Cell rnn() {
    return (s, g) -> {
      Value sum = s.add(new Add(), g.projected, g.product(s));
      return List.of(activate(s, 0, sum));
    };
  }

  /**
   * Gates update, reset, hidden.
   *
   * @param resetAfter whether the reset gate applies behind the product with the weights
   */
  Cell gru(boolean resetAfter) {
    return (s, g) -> {
      List<Value> x = parts(s, g.projected, 3);
      int hidden = g.hidden().type().shape().dim(1);
      // The columns of the candidate come separately where the reset gate applies before them.
      List<Value> columns =
          resetAfter
              ? List.of(s.outer(g.recurrence))
              : s.emit(new Split(1, List.of(2 * hidden, hidden)), List.of(s.outer(g.recurrence)));
      Value product = s.add(new MatMul(), g.hidden(), columns.get(0));
      List<Value> h = parts(s, biased(s, product, g), resetAfter ? 3 : 2);
      Value update = activate(s, 0, s.add(new Add(), x.get(0), h.get(0)));
      Value reset = activate(s, 0, s.add(new Add(), x.get(1), h.get(1)));
      Value candidate =
          resetAfter
              ? s.add(new Mul(), reset, h.get(2))
              : s.add(new MatMul(), s.add(new Mul(), reset, g.hidden()), columns.get(1));
      Value proposed = activate(s, 1, s.add(new Add(), x.get(2), candidate));
      // (1 - z) * proposed + z * h
      Value kept = s.add(new Mul(), update, g.hidden());
      Value fresh = s.add(new Mul(), s.add(new Sub(), s.scalar(1), update), proposed);
      return List.of(s.add(new Add(), fresh, kept));
    };
  }

  private static Value biased(Steps s, Value product, Given g) {
    return g.recurrenceBias.map(b -> s.add(new Add(), product, b)).orElse(product);
  }

  /**
   * Gates input, output, forget, cell.
   *
   * @param coupled whether the forget gate is one minus the input gate
   */
  Cell lstm(boolean coupled) {
    return (s, g) -> {
      Value cell = g.state.get(1);
      Value sums = s.add(new Add(), g.projected, g.product(s));
      List<Value> gates = parts(s, sums, 4);
      List<Value> p = g.peepholes.map(all -> parts(s, all, 3)).orElse(List.of());
      Value input = activate(s, 0, peeping(s, gates.get(0), cell, p, 0));
      Value forget =
          coupled
              ? s.add(new Sub(), s.scalar(1), input)
              : activate(s, 0, peeping(s, gates.get(2), cell, p, 2));
      Value proposed = activate(s, 1, gates.get(3));
      Value next =
          s.add(new Add(), s.add(new Mul(), forget, cell), s.add(new Mul(), input, proposed));
      Value output = activate(s, 0, peeping(s, gates.get(1), next, p, 1));
      Value squashed = activations.get(2).of(s, next);
      return List.of(s.add(new Mul(), output, squashed), next);
    };
  }

  private static Value peeping(Steps s, Value gate, Value cell, List<Value> weights, int i) {
    return weights.isEmpty()
        ? gate
        : s.add(new Add(), gate, s.add(new Mul(), cell, weights.get(i)));
  }

  private Value activate(Steps s, int i, Value x) {
    Value bounded = clip.isPresent() ? s.add(new Clip(-clip.get(), clip.get()), x) : x;
    return activations.get(i).of(s, bounded);
  }

  /** Equal parts along the last axis. */
  private static List<Value> parts(Steps s, Value x, int n) {
    int axis = x.type().shape().rank() - 1;
    int size = x.type().shape().dim(axis) / n;
    return s.emit(new Split(axis, Collections.nCopies(n, size)), List.of(x));
  }
}
