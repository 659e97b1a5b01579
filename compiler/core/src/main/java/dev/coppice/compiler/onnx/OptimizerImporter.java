package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Pow;
import dev.coppice.compiler.op.Sqrt;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Adagrad, Adam and Momentum, of ai.onnx.preview.training since 1: one step for each tensor. The
 * operands are the learning rate R, the number of updates so far T, then all tensors, their
 * gradients, and each kind of state.
 */
final class OptimizerImporter {
  private final NodeContext node;
  private final Value rate;
  private final Value updates;
  private final int tensors;

  private OptimizerImporter(NodeContext node, int kinds) {
    this.node = node;
    this.tensors = (node.inputCount() - 2) / kinds;
    if (tensors < 1 || node.inputCount() != 2 + kinds * tensors) {
      throw new IllegalArgumentException(
          "it has "
              + node.inputCount()
              + " operands, expected R, T and "
              + kinds
              + " for each tensor");
    }
    this.rate = node.reshape(node.input(0), List.of());
    this.updates = node.reshape(node.input(1), List.of());
  }

  /** Adagrad: the rate falls with the squares of all gradients so far. */
  static List<Value> adagrad(NodeContext node) {
    OptimizerImporter o = new OptimizerImporter(node, 3);
    float decay = node.number("decay_factor", 0);
    float epsilon = node.number("epsilon", 1e-6f);
    Value aged = o.add(o.scalar(1), o.mul(o.steps(), o.scalar(decay)));
    Value rate = o.apply(new Div(), o.rate, aged);
    List<Value> xs = new ArrayList<>();
    List<Value> squares = new ArrayList<>();
    for (int i = 0; i < o.tensors; i++) {
      Value g = o.gradient(i);
      Value h = o.add(o.of(2, i), o.mul(g, g));
      Value root = o.add(node.add(new Sqrt(), h), o.scalar(epsilon));
      xs.add(o.sub(o.of(0, i), o.apply(new Div(), o.mul(rate, g), root)));
      squares.add(h);
    }
    xs.addAll(squares);
    return xs;
  }

  /** Adam: running means of gradients and of their squares. */
  static List<Value> adam(NodeContext node) {
    OptimizerImporter o = new OptimizerImporter(node, 4);
    float alpha = node.number("alpha", .9f);
    float beta = node.number("beta", .999f);
    float epsilon = node.number("epsilon", 1e-6f);
    float post = node.number("norm_coefficient_post", 0);
    Value unbiased = o.apply(new Div(), node.add(new Sqrt(), o.rest(beta)), o.rest(alpha));
    Value rate = o.afterFirst(o.mul(o.rate, unbiased), o.rate);
    List<Value> xs = new ArrayList<>();
    List<Value> means = new ArrayList<>();
    List<Value> squares = new ArrayList<>();
    for (int i = 0; i < o.tensors; i++) {
      Value g = o.gradient(i);
      Value v = o.add(o.mul(o.scalar(alpha), o.of(2, i)), o.mul(o.scalar(1 - alpha), g));
      Value g2 = o.mul(g, g);
      Value h = o.add(o.mul(o.scalar(beta), o.of(3, i)), o.mul(o.scalar(1 - beta), g2));
      Value root = o.add(node.add(new Sqrt(), h), o.scalar(epsilon));
      Value x = o.sub(o.of(0, i), o.apply(new Div(), o.mul(rate, v), root));
      xs.add(o.mul(x, o.scalar(1 - post)));
      means.add(v);
      squares.add(h);
    }
    xs.addAll(means);
    xs.addAll(squares);
    return xs;
  }

  /** Momentum: a running sum of gradients, with or without Nesterov's look ahead. */
  static List<Value> momentum(NodeContext node) {
    OptimizerImporter o = new OptimizerImporter(node, 3);
    float alpha = node.attributes().number("alpha", 0);
    float beta = node.attributes().number("beta", 0);
    boolean nesterov = node.choice("mode", "standard", "nesterov").equals("nesterov");
    Value weight = o.afterFirst(o.scalar(beta), o.scalar(1));
    List<Value> xs = new ArrayList<>();
    List<Value> sums = new ArrayList<>();
    for (int i = 0; i < o.tensors; i++) {
      Value g = o.gradient(i);
      Value v = o.add(o.mul(o.scalar(alpha), o.of(2, i)), o.mul(weight, g));
      Value step = nesterov ? o.add(g, o.mul(o.scalar(alpha), v)) : v;
      xs.add(o.sub(o.of(0, i), o.mul(o.rate, step)));
      sums.add(v);
    }
    xs.addAll(sums);
    return xs;
  }

  /** Tensor {@code i} of a kind: 0 for the tensors themselves, 1 for gradients, then states. */
  private Value of(int kind, int i) {
    return node.input(2 + kind * tensors + i);
  }

  /** The gradient of tensor {@code i} with that of the penalty on its size. */
  private Value gradient(int i) {
    return add(mul(scalar(node.number("norm_coefficient", 0)), of(0, i)), of(1, i));
  }

  private Value steps() {
    return node.add(new Cast(rate.type().dtype()), updates);
  }

  /** {@code 1 - base^T}. */
  private Value rest(float base) {
    return sub(scalar(1), apply(new Pow(), scalar(base), steps()));
  }

  private Value afterFirst(Value later, Value first) {
    Value any = apply(new Greater(), updates, node.scalar(DType.INT64, 0));
    return node.add(new Where(), any, later, first);
  }

  private Value scalar(double value) {
    return node.scalar(rate.type().dtype(), value);
  }

  private Value apply(Op op, Value a, Value b) {
    return node.add(op, a, b);
  }

  private Value add(Value a, Value b) {
    return apply(new Add(), a, b);
  }

  private Value sub(Value a, Value b) {
    return apply(new Sub(), a, b);
  }

  private Value mul(Value a, Value b) {
    return apply(new Mul(), a, b);
  }
}
