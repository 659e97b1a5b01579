package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Elu;
import dev.coppice.compiler.op.HardSigmoid;
import dev.coppice.compiler.op.LeakyRelu;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Softplus;
import dev.coppice.compiler.op.Softsign;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.op.ThresholdedRelu;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * The activation functions of a recurrent operator, in the order of attribute {@code activations}:
 * those that have a scale take it from {@code activation_alpha} and {@code activation_beta} in that
 * order.
 */
final class RecurrentActivations {
  /** A function of a value. */
  interface Activation {
    Value of(Steps s, Value x);
  }

  private final List<Activation> functions = new ArrayList<>();

  /**
   * The functions of {@code node}.
   *
   * @param defaults names for one direction
   * @param directions number of directions
   */
  RecurrentActivations(NodeContext node, List<String> defaults, int directions) {
    List<String> names = node.attributes().texts("activations").orElse(List.of());
    if (names.isEmpty()) {
      names = new ArrayList<>();
      for (int d = 0; d < directions; d++) {
        names.addAll(defaults);
      }
    }
    if (names.size() != defaults.size() * directions) {
      throw new IllegalArgumentException(
          "attribute 'activations' has "
              + names.size()
              + " functions, expected "
              + defaults.size() * directions);
    }
    Iterator<Float> alphas =
        node.attributes().numbers("activation_alpha").orElse(List.of()).iterator();
    Iterator<Float> betas =
        node.attributes().numbers("activation_beta").orElse(List.of()).iterator();
    for (String name : names) {
      functions.add(function(node, name, alphas, betas));
    }
  }

  /** Function {@code i} of all directions. */
  Activation get(int i) {
    return functions.get(i);
  }

  private static Activation function(
      NodeContext node, String name, Iterator<Float> alphas, Iterator<Float> betas) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "relu" -> apply(new Relu());
      case "tanh" -> apply(new Tanh());
      case "sigmoid" -> apply(new Sigmoid());
      case "softsign" -> apply(new Softsign());
      case "softplus" -> apply(new Softplus());
      case "leakyrelu" -> apply(new LeakyRelu(next(alphas, 0.01f)));
      case "thresholdedrelu" -> apply(new ThresholdedRelu(next(alphas, 1)));
      case "elu" -> apply(new Elu(next(alphas, 1)));
      case "hardsigmoid" -> apply(new HardSigmoid(next(alphas, 0.2f), next(betas, 0.5f)));
      case "affine" -> {
        float scale = next(alphas, 1);
        float shift = next(betas, 0);
        yield (s, x) -> s.add(new Add(), s.add(new Mul(), x, s.scalar(scale)), s.scalar(shift));
      }
      case "scaledtanh" -> {
        float outer = next(alphas, 1);
        float inner = next(betas, 1);
        yield (s, x) ->
            s.add(
                new Mul(),
                s.add(new Tanh(), s.add(new Mul(), x, s.scalar(inner))),
                s.scalar(outer));
      }
      default -> throw node.unsupported("activations", "there is no function '" + name + "'");
    };
  }

  private static Activation apply(Op op) {
    return (s, x) -> s.add(op, x);
  }

  private static float next(Iterator<Float> values, float otherwise) {
    return values.hasNext() ? values.next() : otherwise;
  }
}
