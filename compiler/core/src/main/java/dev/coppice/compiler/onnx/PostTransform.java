package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Abs;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.LessOrEqual;
import dev.coppice.compiler.op.Log;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Sign;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Sqrt;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import java.util.List;

/** Attribute {@code post_transform} of the operators of ai.onnx.ml: what becomes of scores. */
enum PostTransform {
  NONE,
  SOFTMAX,
  LOGISTIC,
  SOFTMAX_ZERO,
  PROBIT;

  /** The node's. */
  static PostTransform of(NodeContext node) {
    return valueOf(
        node.choice("post_transform", "NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"));
  }

  /** What {@code scores [N, classes]} become. */
  Value apply(NodeContext node, Value scores) {
    return switch (this) {
      case NONE -> scores;
      case SOFTMAX -> node.add(new Softmax(1), scores);
      case LOGISTIC -> node.add(new Sigmoid(), scores);
      case SOFTMAX_ZERO -> softmaxZero(node, scores);
      case PROBIT -> probit(node, scores);
    };
  }

  /** Softmax over the scores that are not 0; those that are stay. */
  private static Value softmaxZero(NodeContext node, Value x) {
    Value zero = node.add(new LessOrEqual(), node.add(new Abs(), x), number(node, x, 0.0000001f));
    Value most = node.add(new Reduce(Reduce.Kind.MAX, List.of(1), true), x);
    Value e = node.add(new Exp(), node.add(new Sub(), x, most));
    Value counted = node.add(new Where(), zero, number(node, x, 0), e);
    Value sum = node.add(new Reduce(Reduce.Kind.SUM, List.of(1), true), counted);
    Value small = node.add(new Mul(), x, node.add(new Exp(), node.add(new Neg(), most)));
    return node.add(new Div(), node.add(new Where(), zero, small, e), sum);
  }

  /** {@code sqrt(2) erfinv(2x - 1)} by Winitzki's formula, which ONNX Runtime uses as well. */
  private static Value probit(NodeContext node, Value x) {
    Value z = affine(node, x, 2, -1);
    Value log =
        node.add(new Log(), node.add(new Mul(), affine(node, z, -1, 1), affine(node, z, 1, 1)));
    Value v = affine(node, log, 0.5, 2 / (3.14159f * 0.147f));
    Value inner = node.add(new Sub(), node.add(new Mul(), v, v), affine(node, log, 1 / 0.147f, 0));
    Value root = sqrt(node, node.add(new Sub(), sqrt(node, inner), v));
    Value sign = node.add(new Sign(), z);
    return affine(node, node.add(new Mul(), sign, root), 1.4142135f, 0);
  }

  private static Value sqrt(NodeContext node, Value x) {
    return node.add(new Sqrt(), x);
  }

  private static Value affine(NodeContext node, Value x, double scale, double shift) {
    Value scaled = scale == 1 ? x : with(node, new Mul(), x, scale);
    return shift == 0 ? scaled : with(node, new Add(), scaled, shift);
  }

  private static Value with(NodeContext node, Op op, Value x, double number) {
    return node.add(op, x, number(node, x, number));
  }

  private static Value number(NodeContext node, Value x, double value) {
    DType dtype = x.type().dtype();
    return node.scalar(dtype, value);
  }
}
