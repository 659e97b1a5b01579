package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Abs;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Cos;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.Expand;
import dev.coppice.compiler.op.Identity;
import dev.coppice.compiler.op.Log;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Pow;
import dev.coppice.compiler.op.Reciprocal;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Sign;
import dev.coppice.compiler.op.Sin;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Softplus;
import dev.coppice.compiler.op.Sqrt;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The derivatives of one node by its operands, given that by its first result. */
final class Derivatives {
  /** The derivative by each operand; empty where it is zero or there is none. */
  private interface Rule {
    List<Optional<Value>> apply(Derivatives d, Op op);
  }

  /** The derivative by the only operand. */
  private interface Unary {
    Value apply(Derivatives d);
  }

  private static final Map<Class<? extends Op>, Rule> RULES = new LinkedHashMap<>();

  static {
    unary(Abs.class, d -> d.mul(d.dy, d.add(new Sign(), d.x(0))));
    unary(Cos.class, d -> d.add(new Neg(), d.mul(d.dy, d.add(new Sin(), d.x(0)))));
    unary(Exp.class, d -> d.mul(d.dy, d.y));
    unary(Identity.class, d -> d.dy);
    unary(Log.class, d -> d.add(new Div(), d.dy, d.x(0)));
    unary(Neg.class, d -> d.add(new Neg(), d.dy));
    unary(Reciprocal.class, d -> d.add(new Neg(), d.mul(d.dy, d.mul(d.y, d.y))));
    unary(Relu.class, d -> d.mul(d.dy, d.add(new Sign(), d.y)));
    unary(Sigmoid.class, d -> d.mul(d.dy, d.mul(d.y, d.oneMinus(d.y))));
    unary(Sin.class, d -> d.mul(d.dy, d.add(new Cos(), d.x(0))));
    unary(Softplus.class, d -> d.mul(d.dy, d.add(new Sigmoid(), d.x(0))));
    unary(Sqrt.class, d -> d.mul(d.add(new Div(), d.dy, d.y), d.number(0.5)));
    unary(Tanh.class, d -> d.mul(d.dy, d.oneMinus(d.mul(d.y, d.y))));
    unary(Reshape.class, d -> d.node.reshape(d.dy, dims(d.x(0).type().shape())));
    unary(Expand.class, d -> d.unbroadcast(d.dy, 0));
    unary(Cast.class, d -> d.add(new Cast(d.x(0).type().dtype()), d.dy));
    RULES.put(Add.class, (d, op) -> d.both(d.dy, d.dy));
    RULES.put(Sub.class, (d, op) -> d.both(d.dy, d.add(new Neg(), d.dy)));
    RULES.put(Mul.class, (d, op) -> d.both(d.mul(d.dy, d.x(1)), d.mul(d.dy, d.x(0))));
    RULES.put(Div.class, (d, op) -> d.div());
    RULES.put(MatMul.class, (d, op) -> d.matMul());
    RULES.put(Pow.class, (d, op) -> d.pow());
    RULES.put(Reduce.class, (d, op) -> d.reduce((Reduce) op));
    RULES.put(Softmax.class, (d, op) -> d.softmax(((Softmax) op).axis()));
    RULES.put(Transpose.class, (d, op) -> d.transpose((Transpose) op));
  }

  private static void unary(Class<? extends Op> op, Unary rule) {
    RULES.put(op, (d, o) -> List.of(Optional.of(rule.apply(d))));
  }

  private final NodeContext node;
  private final List<Value> operands;
  private final Value y;
  private final Value dy;

  /**
   * Of a node with {@code operands} and first result {@code y}.
   *
   * @param dy derivative by {@code y}, of its shape
   */
  Derivatives(NodeContext node, List<Value> operands, Value y, Value dy) {
    this.node = node;
    this.operands = operands;
    this.y = y;
    this.dy = dy;
  }

  /** The derivative by each operand of {@code op}; empty where there is none, as of an index. */
  List<Optional<Value>> of(Op op, String name) {
    Rule rule = RULES.get(op.getClass());
    if (rule == null || !y.type().dtype().isFloat() || !x(0).type().dtype().isFloat()) {
      throw node.unsupported(
          "y", "no derivative is known of " + op.name() + " in node '" + name + "'");
    }
    return rule.apply(this, op);
  }

  private Value x(int i) {
    return operands.get(i);
  }

  private Value add(Op op, Value... on) {
    return node.add(op, on);
  }

  private Value mul(Value a, Value b) {
    return add(new Mul(), a, b);
  }

  private Value number(double value) {
    return node.scalar(y.type().dtype(), value);
  }

  private Value oneMinus(Value v) {
    return add(new Sub(), number(1), v);
  }

  private List<Optional<Value>> both(Value first, Value second) {
    return List.of(Optional.of(unbroadcast(first, 0)), Optional.of(unbroadcast(second, 1)));
  }

  private List<Optional<Value>> div() {
    Value first = add(new Div(), dy, x(1));
    return both(first, add(new Neg(), mul(first, y)));
  }

  private List<Optional<Value>> pow() {
    Value less = add(new Sub(), x(1), node.scalar(x(1).type().dtype(), 1));
    Value first = mul(dy, mul(x(1), add(new Pow(), x(0), less)));
    if (node.constant(x(1)).isPresent()) {
      return List.of(Optional.of(unbroadcast(first, 0)), Optional.empty());
    }
    return both(first, mul(dy, mul(y, add(new Log(), x(0)))));
  }

  private List<Optional<Value>> matMul() {
    if (x(0).type().shape().rank() < 2 || x(1).type().shape().rank() < 2) {
      throw node.unsupported("y", "no derivative is known of MatMul with operands of one axis");
    }
    return both(add(new MatMul(), dy, transposed(x(1))), add(new MatMul(), transposed(x(0)), dy));
  }

  private Value transposed(Value matrices) {
    int rank = matrices.type().shape().rank();
    List<Integer> perm = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      perm.add(a < rank - 2 ? a : 2 * rank - 3 - a);
    }
    return add(new Transpose(perm), matrices);
  }

  private List<Optional<Value>> transpose(Transpose op) {
    List<Integer> inverse = new ArrayList<>();
    for (int a = 0; a < op.perm().size(); a++) {
      inverse.add(op.perm().indexOf(a));
    }
    return List.of(Optional.of(add(new Transpose(inverse), dy)));
  }

  private List<Optional<Value>> reduce(Reduce op) {
    if (op.kind() != Reduce.Kind.SUM && op.kind() != Reduce.Kind.MEAN) {
      throw node.unsupported("y", "no derivative is known of " + op.name());
    }
    List<Integer> kept = dims(x(0).type().shape());
    op.axes().forEach(a -> kept.set(a, 1));
    Value whole = add(new Expand(dims(x(0).type().shape())), node.reshape(dy, kept));
    double count = (double) x(0).type().shape().size() / y.type().shape().size();
    return List.of(
        Optional.of(op.kind() == Reduce.Kind.SUM ? whole : mul(whole, number(1 / count))));
  }

  private List<Optional<Value>> softmax(int axis) {
    Value weighted = mul(dy, y);
    Value sum = add(new Reduce(Reduce.Kind.SUM, List.of(axis), true), weighted);
    return List.of(Optional.of(mul(y, add(new Sub(), dy, sum))));
  }

  /** {@code v} summed over the axes along which operand {@code i} was broadcast. */
  private Value unbroadcast(Value v, int i) {
    Shape from = v.type().shape();
    Shape to = x(i).type().shape();
    List<Integer> axes = new ArrayList<>();
    for (int a = 0; a < from.rank(); a++) {
      int own = a - from.rank() + to.rank();
      if (own < 0 || to.dim(own) == 1 && from.dim(a) != 1) {
        axes.add(a);
      }
    }
    Value sum = axes.isEmpty() ? v : add(new Reduce(Reduce.Kind.SUM, axes, true), v);
    return node.reshape(sum, dims(to));
  }

  private static List<Integer> dims(Shape shape) {
    return Arrays.stream(shape.dims()).boxed().collect(Collectors.toCollection(ArrayList::new));
  }
}
