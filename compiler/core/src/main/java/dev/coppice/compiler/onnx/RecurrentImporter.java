package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * RNN, GRU and LSTM, since 7; layouts with the batch in front since 14. The products of all time
 * steps' inputs with their weights are one matrix product; the steps are a loop.
 */
final class RecurrentImporter {
  /** Which of the three operators. */
  private enum Kind {
    RNN(1, 1, List.of("Tanh")),
    GRU(3, 1, List.of("Sigmoid", "Tanh")),
    LSTM(4, 2, List.of("Sigmoid", "Tanh", "Tanh"));

    private final int gates;
    private final int states;
    private final List<String> activations;

    Kind(int gates, int states, List<String> activations) {
      this.gates = gates;
      this.states = states;
      this.activations = activations;
    }
  }

  private final NodeContext node;
  private final Kind kind;
  private final boolean quantized;
  private final boolean batchFirst;
  private final int steps;
  private final int batch;
  private final int hidden;
  private final int directions;
  private final boolean resetAfter;
  private final boolean coupled;
  private final Optional<Float> clip;
  private final RecurrentActivations activations;
  private final String direction;

  private RecurrentImporter(NodeContext node, Kind kind, boolean quantized) {
    Attributes a = node.attributes();
    this.node = node;
    this.kind = kind;
    this.quantized = quantized;
    this.batchFirst = node.opset() >= 14 && a.flag("layout", false);
    this.direction = a.choice("direction", "forward", "reverse", "bidirectional");
    this.directions = direction.equals("bidirectional") ? 2 : 1;
    this.resetAfter = kind == Kind.GRU && a.flag("linear_before_reset", false);
    this.coupled = kind == Kind.LSTM && a.flag("input_forget", false);
    this.clip = a.has("clip") ? Optional.of(a.number("clip", 0)) : Optional.empty();
    this.activations = new RecurrentActivations(node, kind.activations, directions);
    Shape x = node.shape(0);
    Shape r = node.shape(2);
    this.hidden = r.rank() == 3 ? r.dim(2) : 0;
    if (x.rank() != 3
        || !r.equals(Shape.of(directions, kind.gates * hidden, hidden))
        || a.integer("hidden_size", hidden) != hidden
        || !node.shape(1).equals(Shape.of(directions, kind.gates * hidden, x.dim(2)))) {
      throw new IllegalArgumentException(
          "operands X "
              + node.type(0)
              + ", W "
              + node.type(1)
              + " and R "
              + node.type(2)
              + " do not fit together for "
              + directions
              + " directions and "
              + kind.gates
              + " gates");
    }
    this.steps = x.dim(batchFirst ? 1 : 0);
    this.batch = x.dim(batchFirst ? 0 : 1);
  }

  /** RNN: a state from the input and the state before. */
  static List<Value> rnn(NodeContext node) {
    return new RecurrentImporter(node, Kind.RNN, false).results();
  }

  /** GRU. */
  static List<Value> gru(NodeContext node) {
    return new RecurrentImporter(node, Kind.GRU, false).results();
  }

  /** LSTM. */
  static List<Value> lstm(NodeContext node) {
    return new RecurrentImporter(node, Kind.LSTM, false).results();
  }

  /**
   * DynamicQuantizeLSTM of com.microsoft: LSTM with weights {@code [directions, k, 4 * hidden]} of
   * 8 bits, whose scales and zero points, operands 8 to 11, have a value for each direction or for
   * each of its columns.
   */
  static List<Value> quantizedLstm(NodeContext node) {
    node.replace(0, within(node));
    for (int i = 1; i <= 2; i++) {
      node.replace(i, integers(node, i));
      perColumn(node, 6 + 2 * i, node.shape(i));
    }
    return new RecurrentImporter(node, Kind.LSTM, true).results();
  }

  /** The inputs up to the end of the longest sequence, then zeros: none of them is quantized. */
  private static Value within(NodeContext node) {
    Value x = node.input(0);
    if (!node.has(4) || x.type().shape().rank() != 3) {
      return x;
    }
    Value end = node.add(new Reduce(Reduce.Kind.MAX, List.of(0), false), node.input(4));
    TensorType type = TensorType.of(end.type().dtype(), x.type().shape().dim(0), 1, 1);
    Value before = node.add(new Less(), node.constant(Tensor.fromLongs(type, i -> i)), end);
    return node.add(new Where(), before, x, node.scalar(x.type().dtype(), 0));
  }

  /** Weights {@code i} less their zero point as float32, {@code [directions, 4 * hidden, k]}. */
  private static Value integers(NodeContext node, int i) {
    Value w = node.input(i);
    if (w.type().shape().rank() != 3) {
      throw new IllegalArgumentException("operand " + i + " is " + w.type() + ", expected 3 axes");
    }
    int zero = 7 + 2 * i;
    perColumn(node, zero, w.type().shape().with(1, w.type().shape().dim(2)));
    List<Integer> dims = new ArrayList<>(List.of(w.type().shape().dim(0), 1));
    dims.add(node.shape(zero).size() / dims.get(0));
    Value shift = node.reshape(node.input(zero), dims);
    Value centred = new IntegerProduct(node).centred(w, Optional.of(shift));
    return node.add(new Transpose(List.of(0, 2, 1)), centred);
  }

  /** Checks that operand {@code i} has a value for each direction or for each of its columns. */
  private static void perColumn(NodeContext node, int i, Shape weights) {
    Shape found = node.shape(i);
    Shape all = Shape.of(weights.dim(0), weights.dim(1));
    if (!found.equals(Shape.of(weights.dim(0))) && !found.equals(all)) {
      throw new IllegalArgumentException(
          "operand "
              + i
              + " is "
              + node.type(i)
              + ", expected "
              + Shape.of(weights.dim(0))
              + " or "
              + all);
    }
  }

  private List<Value> results() {
    Value x = node.input(0);
    if (batchFirst) {
      x = node.add(new Transpose(List.of(1, 0, 2)), x);
    }
    List<Value> sequences = new ArrayList<>();
    List<List<Value>> finals = new ArrayList<>();
    for (int s = 0; s < kind.states; s++) {
      finals.add(new ArrayList<>());
    }
    for (int d = 0; d < directions; d++) {
      boolean backwards = d == 1 || direction.equals("reverse");
      List<Value> run = run(x, d, backwards);
      sequences.add(node.reshape(run.get(kind.states), List.of(steps, 1, batch, hidden)));
      for (int s = 0; s < kind.states; s++) {
        finals.get(s).add(node.reshape(run.get(s), List.of(1, batch, hidden)));
      }
    }
    List<Value> results = new ArrayList<>();
    Value y = joined(sequences, 1);
    results.add(batchFirst ? node.add(new Transpose(List.of(2, 0, 1, 3)), y) : y);
    for (List<Value> states : finals) {
      Value last = joined(states, 0);
      results.add(batchFirst ? node.add(new Transpose(List.of(1, 0, 2)), last) : last);
    }
    return results;
  }

  private Value joined(List<Value> parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : node.emit(new Concat(axis), parts).get(0);
  }

  /** Part {@code d} of operand {@code i}, which has one for each direction. */
  private Value of(int i, int d) {
    return node.add(new Gather(0), node.input(i), node.constant(Tensor.ofLongs(Shape.SCALAR, d)));
  }

  /** The last states, then the hidden states of all steps in the order of time. */
  private List<Value> run(Value x, int d, boolean backwards) {
    int width = kind.gates * hidden;
    Value flat = node.reshape(x, List.of(steps * batch, x.type().shape().dim(2)));
    Value projected =
        quantized
            ? product(1, d).of(new GraphSteps(node), flat)
            : node.add(new MatMul(), flat, transposed(1, d));
    Optional<Value> recurrenceBias = Optional.empty();
    if (node.has(3)) {
      Value both = node.reshape(of(3, d), List.of(2, width));
      Value bias = node.add(new Gather(0), both, node.constant(Tensor.ofLongs(Shape.SCALAR, 0)));
      Value other = node.add(new Gather(0), both, node.constant(Tensor.ofLongs(Shape.SCALAR, 1)));
      recurrenceBias = resetAfter ? Optional.of(other) : Optional.empty();
      bias = resetAfter ? bias : node.add(new Add(), bias, other);
      projected = node.add(new Add(), projected, bias);
    }
    projected = node.reshape(projected, List.of(steps, batch, width));
    Value recurrence = transposed(2, d);
    Optional<Value> peepholes =
        kind == Kind.LSTM && node.has(7) ? Optional.of(of(7, d)) : Optional.empty();
    List<Value> initial = new ArrayList<>();
    for (int s = 0; s < kind.states; s++) {
      initial.add(initial(5 + s, d));
    }
    RecurrentCells cells =
        new RecurrentCells(
            List.of(
                activations.get(d * kind.activations.size()),
                activations.get(
                    d * kind.activations.size() + Math.min(1, kind.activations.size() - 1)),
                activations.get((d + 1) * kind.activations.size() - 1)),
            clip);
    RecurrentCells.Cell cell =
        switch (kind) {
          case RNN -> cells.rnn();
          case GRU -> cells.gru(resetAfter);
          case LSTM -> cells.lstm(coupled);
        };
    Value all = projected;
    Optional<Value> bias = recurrenceBias;
    return loop(
        initial,
        backwards,
        (s, state, at) ->
            cell.next(
                s,
                new RecurrentCells.Given(
                    s.add(new Gather(0), s.outer(all), at),
                    recurrence,
                    bias.map(s::outer),
                    peepholes.map(s::outer),
                    quantized ? Optional.of(product(2, d)) : Optional.empty(),
                    state)));
  }

  /** Weights of direction {@code d}, transposed. */
  private Value transposed(int i, int d) {
    return node.add(new Transpose(List.of(1, 0)), of(i, d));
  }

  /** The product with quantized weights {@code i}. */
  private DynamicProduct product(int i, int d) {
    Value weights = transposed(i, d);
    double largest = new IntegerProduct(node).magnitude(weights);
    double most = largest * weights.type().shape().dim(0) * 255;
    return new DynamicProduct(weights, of(6 + 2 * i, d), most > IntegerProduct.EXACT_IN_FLOAT32);
  }

  private Value initial(int operand, int d) {
    if (!node.has(operand)) {
      return node.constant(Tensor.splat(TensorType.of(node.type(0).dtype(), batch, hidden), 0));
    }
    Value states = node.input(operand);
    if (batchFirst) {
      states = node.add(new Transpose(List.of(1, 0, 2)), states);
    }
    return node.add(new Gather(0), states, node.constant(Tensor.ofLongs(Shape.SCALAR, d)));
  }

  private interface Step {
    List<Value> next(Steps s, List<Value> state, Value at);
  }

  /** The loop over all steps; results as {@link #run} says. */
  private List<Value> loop(List<Value> initial, boolean backwards, Step step) {
    List<Value> results =
        new ArrayList<>(
            StepLoop.run(
                node,
                steps,
                initial,
                (body, state, iteration) -> {
                  Value last = body.constant(Tensor.ofLongs(Shape.SCALAR, steps - 1));
                  Value at = backwards ? body.add(new Sub(), last, iteration) : iteration;
                  return masked(body, state, at, step.next(body, state, at));
                }));
    if (backwards) {
      results.set(initial.size(), reversed(results.get(initial.size())));
    }
    return results;
  }

  /** The next states, and the first of them to collect; sequences that have ended keep theirs. */
  private List<Value> masked(Steps body, List<Value> state, Value at, List<Value> states) {
    List<Value> next = new ArrayList<>(states);
    Value shown = next.get(0);
    if (node.has(4)) {
      Value lengths = node.reshape(node.input(4), List.of(batch, 1));
      Value wide = CastImporter.cast(node, lengths, DType.INT64);
      Value valid = body.add(new Less(), at, body.outer(wide));
      shown = body.add(new Where(), valid, shown, body.scalar(0));
      for (int s = 0; s < next.size(); s++) {
        next.set(s, body.add(new Where(), valid, next.get(s), state.get(s)));
      }
    }
    next.add(shown);
    return next;
  }

  private Value reversed(Value y) {
    if (steps == 1) {
      return y;
    }
    return node.add(
        new Slice(List.of(steps - 1, 0, 0), List.of(-1, 1, 1), List.of(steps, batch, hidden)), y);
  }
}
