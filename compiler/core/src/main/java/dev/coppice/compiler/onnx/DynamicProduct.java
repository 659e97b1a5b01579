package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.tensor.DType;

/**
 * A matrix product with 8-bit weights whose other factor is quantized by its own extremes, as ONNX
 * Runtime does with what it has at the time: the inputs of all steps at once, and the states of all
 * examples of a step.
 *
 * @param weights {@code [k, n]}, integers less their zero point as float32
 * @param scale of the weights, without axes or {@code [n]}
 * @param wide whether sums exceed what float32 holds exactly
 */
record DynamicProduct(Value weights, Value scale, boolean wide) {
  /** {@code x: [m, k]} times the weights. */
  Value of(Steps s, Value x) {
    DynamicLevels levels = DynamicLevels.of(s, x);
    Value sums = product(s, levels.centred(s), s.outer(weights));
    return s.add(new Mul(), sums, s.add(new Mul(), levels.scale(), s.outer(scale)));
  }

  private Value product(Steps s, Value a, Value b) {
    if (!wide) {
      return s.add(new MatMul(), a, b);
    }
    Cast widened = new Cast(DType.FLOAT64);
    Value sums = s.add(new MatMul(), s.add(widened, a), s.add(widened, b));
    return s.add(new Cast(DType.FLOAT32), sums);
  }
}
