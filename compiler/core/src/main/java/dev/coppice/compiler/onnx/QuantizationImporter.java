package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.DequantizeLinear;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.QuantizeLinear;
import dev.coppice.compiler.op.Round;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.ToMiniFloat;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.MiniFloat;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * QuantizeLinear and DequantizeLinear, since 10; axes since 13, types of fewer bits and blocks
 * since 21. The usual types with one scale, or one along an axis, are operators of their own; the
 * others are composed.
 */
final class QuantizationImporter {
  private static final Set<DType> USUAL =
      EnumSet.of(DType.INT8, DType.UINT8, DType.INT16, DType.UINT16);

  private QuantizationImporter() {}

  /**
   * QuantizeLinear: without a zero point it is 0 of the type in {@code output_dtype}, else uint8.
   */
  static List<Value> quantize(NodeContext node) {
    DType precision = precision(node);
    boolean saturate = node.attributes().flag("saturate", true);
    int block = node.attributes().integer("block_size", 0);
    DType wanted = wanted(node);
    if (node.has(2) && node.type(2).dtype() != wanted) {
      throw new IllegalArgumentException(
          "attribute 'output_dtype' is " + wanted + ", the zero point is " + node.type(2));
    }
    boolean single =
        precision == DType.FLOAT32
            && node.type(0).dtype() == precision
            && node.type(1).dtype() == precision;
    int axis = axis(node);
    if (USUAL.contains(wanted) && single && block == 0) {
      return List.of(
          node.add(
              new QuantizeLinear(axis), node.input(0), node.input(1), zeroPoint(node, wanted)));
    }
    checkZeroPoint(node);
    Value scaled = quotient(node, spread(node, 1, axis, block), precision);
    Optional<Value> zero =
        shifts(node, wanted) ? Optional.of(spread(node, 2, axis, block)) : Optional.empty();
    if (wanted.miniFloat().isPresent()) {
      Value shifted = zero.isPresent() ? node.add(new Add(), scaled, zero.get()) : scaled;
      return List.of(node.add(new ToMiniFloat(wanted, saturate, MiniFloat.Rounding.UP), shifted));
    }
    if (!wanted.isInteger() || wanted.bits() > 16) {
      throw node.unsupportedType(wanted.name(), "a result of it cannot be quantized to");
    }
    Value rounded = node.add(new Round(), scaled);
    Value shifted = zero.isPresent() ? node.add(new Add(), rounded, zero.get()) : rounded;
    double most = (1L << (wanted.isUnsigned() ? wanted.bits() : wanted.bits() - 1)) - 1;
    double least = wanted.isUnsigned() ? 0 : -most - 1;
    return List.of(node.add(new Cast(wanted), node.add(new Clip(least, most), shifted)));
  }

  /** The type that the division is done in: of the scale unless the model says otherwise. */
  private static DType precision(NodeContext node) {
    DType scale = node.type(1).dtype();
    int code = node.attributes().integer("precision", 0);
    if (code == 0) {
      return scale == DType.FLOAT16 || scale == DType.BFLOAT16 ? scale : DType.FLOAT32;
    }
    return DType.ofOnnx(code)
        .filter(t -> t.isFloat() && t != DType.FLOAT64)
        .orElseThrow(
            () -> node.unsupported("precision", "expected FLOAT, FLOAT16, BFLOAT16 or none"));
  }

  /** Operand 0 by {@code scale}, rounded to {@code precision}, as float32. */
  private static Value quotient(NodeContext node, Value scale, DType precision) {
    Value x = CastImporter.cast(node, node.input(0), precision);
    Value y = node.add(new Div(), x, CastImporter.cast(node, scale, precision));
    return widened(node, y);
  }

  /**
   * Whether a zero point is added. Where it is 0 in float8, as it should be, it is not: the sum
   * would lose the sign of a zero.
   */
  private static boolean shifts(NodeContext node, DType wanted) {
    boolean eight = wanted.miniFloat().isPresent() && wanted.bits() == 8;
    return node.has(2)
        && !(eight
            && node.constant(2)
                .filter(t -> Arrays.stream(t.toLongs()).allMatch(v -> v == 0))
                .isPresent());
  }

  private static void checkZeroPoint(NodeContext node) {
    if (node.has(2) && node.shape(2).size() != node.shape(1).size()) {
      throw new IllegalArgumentException(
          "the zero point is " + node.type(2) + ", the scale " + node.type(1) + ": shapes differ");
    }
  }

  private static DType wanted(NodeContext node) {
    int code = node.attributes().integer("output_dtype", 0);
    if (code == 0) {
      return node.has(2) ? node.type(2).dtype() : DType.UINT8;
    }
    return DType.ofOnnx(code)
        .orElseThrow(() -> node.unsupportedType(TensorReader.typeName(code), "the result has it"));
  }

  /** DequantizeLinear: without a zero point it is 0. */
  static List<Value> dequantize(NodeContext node) {
    int block = node.attributes().integer("block_size", 0);
    DType scale = node.type(1).dtype();
    int code = node.attributes().integer("output_dtype", 0);
    DType wanted =
        code == 0
            ? scale
            : DType.ofOnnx(code)
                .orElseThrow(
                    () -> node.unsupportedType(TensorReader.typeName(code), "the result has it"));
    DType from = node.type(0).dtype();
    int axis = axis(node);
    boolean usual = USUAL.contains(from) || from == DType.INT32;
    if (usual && scale == DType.FLOAT32 && wanted == scale && block == 0) {
      Value zero = zeroPoint(node, from);
      return List.of(node.add(new DequantizeLinear(axis), node.input(0), node.input(1), zero));
    }
    checkZeroPoint(node);
    if (node.has(2) && node.type(2).dtype() != from) {
      throw new IllegalArgumentException(
          "the zero point is " + node.type(2) + ", operand 0 is " + node.type(0));
    }
    if (!wanted.isFloat()) {
      throw node.unsupportedType(wanted.name(), "the result has it; set 'output_dtype' to a float");
    }
    Value x = widened(node, node.input(0));
    if (node.has(2)) {
      x = node.add(new Sub(), x, spread(node, 2, axis, block));
    }
    Value y = node.add(new Mul(), x, spread(node, 1, axis, block));
    return List.of(CastImporter.cast(node, y, wanted));
  }

  private static Value widened(NodeContext node, Value x) {
    return CastImporter.cast(node, x, DType.FLOAT32);
  }

  /**
   * Operand {@code i}, a scale or zero point, as float32 that broadcast with operand 0: with axes
   * of one element beside its own, or with each value repeated over its block.
   */
  private static Value spread(NodeContext node, int i, int axis, int block) {
    Value value = widened(node, node.input(i));
    Shape x = node.shape(0);
    Shape own = value.type().shape();
    if (own.size() == 1) {
      return node.reshape(value, List.of());
    }
    List<Integer> dims = new ArrayList<>();
    for (int a = 0; a < x.rank(); a++) {
      dims.add(block > 0 ? x.dim(a) : a == axis ? x.dim(a) : 1);
    }
    if (block == 0) {
      if (!own.equals(Shape.of(x.dim(axis)))) {
        throw new IllegalArgumentException(
            "operand "
                + i
                + " is "
                + node.type(i)
                + ", expected one element or "
                + x.dim(axis)
                + " for axis "
                + axis);
      }
      return node.reshape(value, dims);
    }
    dims.set(axis, (x.dim(axis) + block - 1) / block);
    if (!own.equals(Shape.of(dims))) {
      throw new IllegalArgumentException(
          "operand " + i + " is " + node.type(i) + ", expected shape " + dims + " of blocks");
    }
    long[] blocks = new long[x.dim(axis)];
    Arrays.setAll(blocks, at -> at / block);
    Value indices = node.constant(Tensor.ofLongs(Shape.of(blocks.length), blocks));
    return node.add(new Gather(axis), value, indices);
  }

  private static int axis(NodeContext node) {
    int axis = node.attributes().integer("axis", 1);
    return node.shape(1).size() == 1 ? 0 : AxisArguments.normalize(axis, node.shape(0).rank());
  }

  private static Value zeroPoint(NodeContext node, DType dtype) {
    return node.optional(2)
        .orElseGet(() -> node.constant(Tensor.splatLong(node.type(1).with(dtype), 0)));
  }

  /**
   * DynamicQuantizeLinear, since 11: scale and zero point follow from the least and the greatest
   * element, which count 0 in.
   */
  static List<Value> dynamic(NodeContext node) {
    return dynamic(node, node.input(0));
  }

  /** The levels of {@code x}, uint8, their scale, which is 1 where all are 0, and zero point. */
  static List<Value> dynamic(NodeContext node, Value x) {
    DynamicLevels levels = DynamicLevels.of(new GraphSteps(node), x);
    Value zero = node.add(new Cast(DType.UINT8), levels.zero());
    return List.of(node.add(new QuantizeLinear(0), x, levels.scale(), zero), levels.scale(), zero);
  }
}
