package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * MatMulNBits of com.microsoft: {@code A [.., K]} by weights {@code [N, K]} of 2, 4 or 8 bits in
 * blocks along K, each with a scale and zero point. Operands are A, the packed weights {@code [N,
 * blocks, bytes of a block]}, scales {@code [N * blocks]}, zero points, which are packed like the
 * weights or floats like the scales and otherwise the middle of the range, g_idx, which is not
 * supported, and a bias {@code [N]}. The weights must be constant and become floats; {@code
 * accuracy_level}, which permits less exact products, changes nothing.
 */
final class BlockMatMulImporter implements NodeImporter {
  private static final int ZERO_POINTS = 3;
  private static final int GROUPS = 4;
  private static final int BIAS = 5;

  /** The constant operands and how they are laid out. */
  private record Blocks(
      Tensor weights, Tensor scales, Optional<Tensor> zeros, int bits, int k, int block) {
    private int perRow() {
      return (k + block - 1) / block;
    }

    /** Weight {@code i} of row {@code n}. */
    double weight(int n, int i) {
      int row = n * perRow();
      int level = field(weights, (row + i / block) * bytes(block, bits), i % block);
      return (level - zero(n, i / block)) * scales.doubleAt(row + i / block);
    }

    private double zero(int n, int b) {
      if (zeros.isEmpty()) {
        return 1 << (bits - 1);
      }
      Tensor all = zeros.get();
      return all.dtype() == DType.UINT8
          ? field(all, n * bytes(perRow(), bits), b)
          : all.doubleAt(n * perRow() + b);
    }

    /** Field {@code i} of those that begin at byte {@code from}; the first is in the low bits. */
    private int field(Tensor packed, int from, int i) {
      int perByte = Byte.SIZE / bits;
      long whole = packed.longAt(from + i / perByte);
      return (int) (whole >> (i % perByte * bits)) & ((1 << bits) - 1);
    }
  }

  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    int k = a.integer("K");
    int n = a.integer("N");
    a.ignore("accuracy_level");
    if (node.has(GROUPS)) {
      throw node.unsupportedOperand(
          "g_idx", "blocks of weights must be in order; quantize without activation order");
    }
    Shape x = node.shape(0);
    if (!node.type(0).dtype().isFloat() || x.rank() < 1 || x.dim(-1) != k) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", expected floats whose last axis has K = " + k);
    }
    Blocks blocks = blocks(node, n, k);
    Tensor w =
        Tensor.fromDoubles(TensorType.of(DType.FLOAT32, k, n), i -> blocks.weight(i % n, i / n));
    DType dtype = node.type(0).dtype();
    Value wide = CastImporter.cast(node, node.input(0), DType.FLOAT32);
    Value y = node.add(new MatMul(), wide, node.constant(w));
    if (node.has(BIAS)) {
      y = node.add(new Add(), y, CastImporter.cast(node, node.input(BIAS), DType.FLOAT32));
    }
    return List.of(CastImporter.cast(node, y, dtype));
  }

  private static Blocks blocks(NodeContext node, int n, int k) {
    int bits = node.attributes().integer("bits", 4);
    int block = node.attributes().integer("block_size");
    if (bits != 2 && bits != 4 && bits != 8) {
      throw node.unsupported("bits", "it is " + bits + ", expected 2, 4 or 8");
    }
    if (n < 1 || k < 1 || block < 16 || Integer.bitCount(block) != 1) {
      throw new IllegalArgumentException(
          "attributes K = "
              + k
              + ", N = "
              + n
              + ", block_size = "
              + block
              + "; expected sizes and a power of 2 from 16 on");
    }
    Tensor weights = node.constant(1, "B");
    Tensor scales = node.constant(2, "scales");
    Optional<Tensor> zeros =
        node.has(ZERO_POINTS)
            ? Optional.of(node.constant(ZERO_POINTS, "zero_points"))
            : Optional.empty();
    Blocks blocks = new Blocks(weights, scales, zeros, bits, k, block);
    long perRow = blocks.perRow();
    size("B", weights, n * perRow * bytes(block, bits));
    size("scales", scales, n * perRow);
    boolean packed = zeros.isPresent() && zeros.get().dtype() == DType.UINT8;
    zeros.ifPresent(
        z -> size("zero_points", z, n * (packed ? (long) bytes((int) perRow, bits) : perRow)));
    if (weights.dtype() != DType.UINT8
        || !scales.dtype().isFloat()
        || zeros.isPresent() && !packed && !zeros.get().dtype().isFloat()) {
      throw new IllegalArgumentException(
          "weights, scales and zero points are "
              + weights.dtype()
              + ", "
              + scales.dtype()
              + " and "
              + zeros.map(z -> z.dtype().toString()).orElse("absent")
              + "; expected u8, floats, and u8 or floats");
    }
    return blocks;
  }

  private static void size(String role, Tensor found, long expected) {
    if (found.size() != expected) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + found.type() + ", expected " + expected + " elements");
    }
  }

  /** Bytes that {@code count} fields of {@code bits} bits fill. */
  private static int bytes(int count, int bits) {
    return (count * bits + Byte.SIZE - 1) / Byte.SIZE;
  }
}
