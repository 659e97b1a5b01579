package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Elu;
import dev.coppice.compiler.op.HardSigmoid;
import dev.coppice.compiler.op.LeakyRelu;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.op.Selu;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Softplus;
import dev.coppice.compiler.op.Softsign;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.op.ThresholdedRelu;
import java.util.ArrayList;
import java.util.List;

/**
 * FusedConv and FusedGemm of com.microsoft: the operators of ONNX and a function, which attribute
 * {@code activation} names, of what they give.
 */
final class FusedActivation {
  private FusedActivation() {}

  /** FusedConv: x, weights, a bias, and what is added before the function. */
  static List<Value> conv(NodeContext node) {
    Value sum = new ConvImporter().apply(node).get(0);
    if (node.has(3)) {
      if (!node.shape(3).equals(sum.type().shape())) {
        throw new IllegalArgumentException(
            "operand 'Z' is " + node.type(3) + ", expected " + sum.type());
      }
      sum = node.add(new Add(), sum, node.input(3));
    }
    String name = node.attributes().text("activation", "");
    List<Float> scales = node.attributes().numbers("activation_params").orElse(List.of());
    return List.of(name.isEmpty() ? sum : node.add(function(node, name, scales), sum));
  }

  /** FusedGemm: the operands of Gemm. */
  static List<Value> gemm(NodeContext node) {
    Value sum = new GemmImporter().apply(node).get(0);
    String name = node.attributes().text("activation", "");
    List<Float> scales = new ArrayList<>();
    for (String scale : List.of("alpha", "beta", "gamma")) {
      String attribute = "activation_" + scale;
      if (node.attributes().has(attribute)) {
        scales.add(node.number(attribute, 0));
      }
    }
    return List.of(name.isEmpty() ? sum : node.add(function(node, name, scales), sum));
  }

  private static Op function(NodeContext node, String name, List<Float> scales) {
    int expected =
        switch (name) {
          case "LeakyRelu", "Elu", "ThresholdedRelu" -> 1;
          case "Clip", "HardSigmoid", "Selu" -> 2;
          default -> 0;
        };
    if (scales.size() != expected) {
      throw new IllegalArgumentException(
          "activation '" + name + "' has scales " + scales + ", expected " + expected);
    }
    return switch (name) {
      case "Relu" -> new Relu();
      case "Tanh" -> new Tanh();
      case "Sigmoid" -> new Sigmoid();
      case "Softplus" -> new Softplus();
      case "Softsign" -> new Softsign();
      case "LeakyRelu" -> new LeakyRelu(scales.get(0));
      case "Elu" -> new Elu(scales.get(0));
      case "ThresholdedRelu" -> new ThresholdedRelu(scales.get(0));
      case "Clip" -> new Clip(scales.get(0), scales.get(1));
      case "HardSigmoid" -> new HardSigmoid(scales.get(0), scales.get(1));
      case "Selu" -> new Selu(scales.get(0), scales.get(1));
      default -> throw node.unsupported("activation", "there is no function '" + name + "'");
    };
  }
}
