package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Abs;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Ceil;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Floor;
import dev.coppice.compiler.op.GreaterOrEqual;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.MultiThreshold;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Round;
import dev.coppice.compiler.op.Sign;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * The quantizers of QONNX (domains {@code qonnx.custom_op.general} and {@code onnx.brevitas}) and
 * the thresholds and products of FINN, as arithmetic on floats: exactly what the dialects' own
 * executors compute.
 */
final class LowBitQuantImporter {
  private LowBitQuantImporter() {}

  /** BipolarQuant: {@code y = x >= 0 ? scale : -scale}. */
  static List<Value> bipolarQuant(NodeContext node) {
    return List.of(bipolar(node, node.input(0), node.input(1)));
  }

  private static Value bipolar(NodeContext node, Value x, Value scale) {
    Value zero = node.scalar(x.type().dtype(), 0);
    return node.add(
        new Where(), node.add(new GreaterOrEqual(), x, zero), scale, node.add(new Neg(), scale));
  }

  /**
   * Quant, also called IntQuant: {@code y = (round(clip(x / scale + zeropt)) - zeropt) * scale};
   * one signed bit takes the values -1 and 1.
   */
  static List<Value> quant(NodeContext node) {
    boolean signed = node.attributes().flag("signed", true);
    boolean narrow = node.attributes().flag("narrow", true);
    String mode = node.attributes().text("rounding_mode", "ROUND");
    double bits = one(node, 3, "bitwidth");
    Value scale = node.input(1);
    Value zero = node.input(2);
    Value q = node.add(new Add(), node.add(new Div(), node.input(0), scale), zero);
    if (bits == 1 && signed) {
      q = bipolar(node, q, node.scalar(q.type().dtype(), 1));
    } else {
      q = rounded(node, node.add(range(signed, narrow, bits), q), mode);
    }
    return List.of(node.add(new Mul(), node.add(new Sub(), q, zero), scale));
  }

  /**
   * Trunc: the integers behind {@code x} lose their low bits. Version 1 has the operands scale,
   * zeropt, input bits and output bits; version 2 the output scale before the last.
   */
  static List<Value> trunc(NodeContext node) {
    String mode = node.attributes().text("rounding_mode", "FLOOR");
    Value scale = node.input(1);
    Value zero = node.input(2);
    Value q = node.add(new Add(), node.add(new Div(), node.input(0), scale), zero);
    q = node.add(new Round(), q);
    if (!node.has(5)) {
      double by = Math.pow(2, one(node, 3, "input bit width") - one(node, 4, "output bit width"));
      q = rounded(node, node.add(new Div(), q, node.scalar(q.type().dtype(), by)), mode);
      return List.of(node.add(new Mul(), node.add(new Sub(), q, zero), scale));
    }
    Value outScale = node.input(4);
    Value by = powerOfTwo(node, node.add(new Div(), outScale, scale));
    boolean signed = node.attributes().flag("signed", true);
    boolean narrow = node.attributes().flag("narrow", false);
    Clip range = range(signed, narrow, one(node, 5, "output bit width"));
    q = rounded(node, node.add(range, node.add(new Div(), q, by)), mode);
    Value outZero = node.add(new Div(), zero, by);
    return List.of(node.add(new Mul(), node.add(new Sub(), q, outZero), outScale));
  }

  /** Each element of constant {@code ratio} as the nearest power of two. */
  private static Value powerOfTwo(NodeContext node, Value ratio) {
    Tensor t =
        node.constant(ratio).orElseThrow(() -> node.notConstant("operand 'output scale'", ratio));
    return node.constant(
        Tensor.fromDoubles(
            t.type(), i -> Math.pow(2, Math.rint(Math.log(t.doubleAt(i)) / Math.log(2)))));
  }

  /** The integers of {@code bits} bits. */
  private static Clip range(boolean signed, boolean narrow, double bits) {
    double half = Math.pow(2, bits - 1);
    return signed
        ? new Clip(narrow ? 1 - half : -half, half - 1)
        : new Clip(0, 2 * half - (narrow ? 2 : 1));
  }

  /** {@code x} as integers by a rounding mode of QONNX. */
  static Value rounded(NodeContext node, Value x, String mode) {
    return switch (mode.toUpperCase(Locale.ROOT)) {
      case "ROUND", "HALF_EVEN" -> node.add(new Round(), x);
      case "CEIL" -> node.add(new Ceil(), x);
      case "FLOOR" -> node.add(new Floor(), x);
      case "UP" -> signed(node, x, node.add(new Ceil(), node.add(new Abs(), x)));
      case "DOWN" -> signed(node, x, node.add(new Floor(), node.add(new Abs(), x)));
      case "HALF_UP" -> signed(node, x, node.add(new Floor(), shifted(node, x, 0.5)));
      case "HALF_DOWN" -> signed(node, x, node.add(new Ceil(), shifted(node, x, -0.5)));
      default ->
          throw node.unsupported(
              "rounding_mode",
              "it is "
                  + mode
                  + ", expected ROUND, HALF_EVEN, CEIL, FLOOR, UP, DOWN, HALF_UP or HALF_DOWN");
    };
  }

  private static Value shifted(NodeContext node, Value x, double by) {
    return node.add(new Add(), node.add(new Abs(), x), node.scalar(x.type().dtype(), by));
  }

  private static Value signed(NodeContext node, Value x, Value magnitude) {
    return node.add(new Mul(), node.add(new Sign(), x), magnitude);
  }

  /**
   * MultiThreshold: {@code y = out_scale * n + out_bias} where n is how many of its channel's
   * thresholds x reaches.
   */
  static List<Value> multiThreshold(NodeContext node) {
    node.attributes().ignore("out_dtype");
    String layout = node.attributes().text("data_layout", "NCHW");
    int rank = node.shape(0).rank();
    Value n =
        node.add(
            new MultiThreshold(layout.endsWith("C") && rank > 0 ? rank - 1 : 1),
            node.input(0),
            node.input(1));
    Value scale = node.scalar(n.type().dtype(), node.number("out_scale", 1));
    Value bias = node.scalar(n.type().dtype(), node.number("out_bias", 0));
    return List.of(node.add(new Add(), node.add(new Mul(), n, scale), bias));
  }

  /** XnorPopcountMatMul: how many of the bits of a row and a column, 0 and 1, are equal. */
  static List<Value> xnorPopcountMatMul(NodeContext node) {
    Value a = node.input(0);
    Value dot = node.add(new MatMul(), bipolarOfBits(node, a), bipolarOfBits(node, node.input(1)));
    Value depth = node.scalar(a.type().dtype(), a.type().shape().dim(-1));
    Value half = node.scalar(a.type().dtype(), 0.5);
    return List.of(node.add(new Mul(), node.add(new Add(), dot, depth), half));
  }

  private static Value bipolarOfBits(NodeContext node, Value bits) {
    Value two = node.scalar(bits.type().dtype(), 2);
    Value one = node.scalar(bits.type().dtype(), 1);
    return node.add(new Sub(), node.add(new Mul(), bits, two), one);
  }

  static double one(NodeContext node, int i, String role) {
    Tensor t = node.constant(i, role);
    if (t.size() != 1) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + t.type() + ", expected one element");
    }
    return t.doubleAt(0);
  }
}
