package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Erf;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.Gelu;
import dev.coppice.compiler.op.HardSigmoid;
import dev.coppice.compiler.op.HardSwish;
import dev.coppice.compiler.op.Log;
import dev.coppice.compiler.op.Max;
import dev.coppice.compiler.op.Min;
import dev.coppice.compiler.op.Mish;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Pow;
import dev.coppice.compiler.op.Reciprocal;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Softplus;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Swish;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An activation that is written out becomes one operator: GELU, by the error function or by tanh,
 * SiLU, hard swish, hard sigmoid, Mish, softplus, sigmoid.
 *
 * <pre>
 * a = Div(x, 1.4142135); b = Erf(a); c = Add(b, 1); d = Mul(x, c); y = Mul(d, 0.5)
 * y = Gelu(x) {tanh=false}
 * </pre>
 *
 * Fires in every order of the operands and of the products. Does not fire if something else reads a
 * value in between, or if there is a bound or a small number that the activation does not have: it
 * may be there to keep a logarithm finite.
 */
public final class RecoverActivation extends RecoverByValues {
  /** Operators without steps or bounds. */
  private static final Set<Class<? extends Op>> SMOOTH =
      Set.of(
          Add.class,
          Div.class,
          Erf.class,
          Exp.class,
          Log.class,
          Mul.class,
          Neg.class,
          Pow.class,
          Reciprocal.class,
          Sigmoid.class,
          Softplus.class,
          Sub.class,
          Tanh.class);

  /** Operators that activations of straight pieces are made of. */
  private static final Set<Class<? extends Op>> HARD =
      Set.of(
          Add.class,
          Clip.class,
          Div.class,
          HardSigmoid.class,
          Max.class,
          Min.class,
          Mul.class,
          Relu.class);

  private static final Set<Double> BOUNDS =
      Set.of(0.0, 1.0, 3.0, -3.0, 6.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  private static final List<Double> NUMBERS = List.of(0.0, 1.0, 3.0, 6.0, 1 / 6.0, 0.5, 0.2);

  @Override
  List<Op> candidates(Cone cone) {
    if (cone.isOf(SMOOTH) && cone.numbers().stream().noneMatch(RecoverActivation::isMargin)) {
      return smooth(cone);
    }
    return cone.isOf(HARD) && isPlain(cone) ? hard() : List.of();
  }

  @Override
  List<Tensor> samples(Cone cone) {
    return List.of(Samples.line(Math.max(1, cone.leaf().type().shape().rank())));
  }

  /** Whether a number keeps values a little off 0 or 1: no activation has it. */
  private static boolean isMargin(double number) {
    return number != 0 && Math.abs(number) < 0.01
        || number != 1 && Math.abs(Math.abs(number) - 1) < 1e-3;
  }

  /** Whether all bounds and numbers are those of the activations with bounds. */
  private static boolean isPlain(Cone cone) {
    boolean bounds =
        cone.nodes().stream()
            .map(Node::op)
            .filter(Clip.class::isInstance)
            .map(Clip.class::cast)
            .allMatch(c -> BOUNDS.contains(c.min()) && BOUNDS.contains(c.max()));
    return bounds
        && cone.numbers().stream()
            .allMatch(n -> NUMBERS.stream().anyMatch(x -> Math.abs(n - x) <= 1e-7 * x));
  }

  private static List<Op> hard() {
    return List.of(new HardSwish(), new HardSigmoid(1 / 6f, .5f), new HardSigmoid(.2f, .5f));
  }

  /** What the operators in the cone leave possible. */
  private static List<Op> smooth(Cone cone) {
    List<Op> candidates = new ArrayList<>();
    boolean sigmoid = cone.has(Sigmoid.class);
    boolean exp = cone.has(Exp.class);
    if (cone.has(Erf.class)) {
      candidates.add(new Gelu(false));
    }
    if (cone.has(Tanh.class)) {
      candidates.add(new Gelu(true));
      candidates.add(new Mish());
    }
    if (exp && cone.has(Log.class)) {
      candidates.add(new Softplus());
    }
    if (exp) {
      candidates.add(new Sigmoid());
    }
    if (exp || sigmoid) {
      Stream.concat(Stream.of(1.0), cone.numbers().stream())
          .filter(alpha -> alpha > 0)
          .forEach(alpha -> candidates.add(new Swish(alpha.floatValue())));
    }
    return candidates;
  }
}
