package dev.coppice.compiler.lowering;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaledIntegers;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Elements that are integers times a scale of their channel or block, as dequantized weights are:
 * the integers in a form of their own, less the zero point of the scale where that makes them
 * smaller, and the scales. The kernel decodes the integers and then multiplies them in place: each
 * element is {@code (level + zero) * scale}, rounded once.
 *
 * @param levels the integers
 * @param scales which scale each element has
 * @param zeros what is added to the integers of each scale, if it is not the same for all
 */
record CodedLevels(CodedTensor levels, ElementScales scales, Optional<Tensor> zeros)
    implements CodedTensor {
  /**
   * The forms of {@code elements}; none if they are no such integers.
   *
   * @param maxUlps the largest deviation of a decoded value; 0 keeps every bit
   */
  static List<CodedLevels> of(Reordered elements, int maxUlps) {
    return ScaledLevels.inBytes(elements.source(), maxUlps)
        .flatMap(levels -> ElementScales.of(elements, levels))
        .map(scales -> of(elements.data(), scales))
        .orElse(List.of());
  }

  private static List<CodedLevels> of(Tensor data, ElementScales scales) {
    int[] scale = scales.numbers();
    float[] levels = new float[data.size()];
    float[] zeros = new float[scales.scales().length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = ScaledIntegers.quantized(data.floatAt(i), scales.scales()[scale[i]]);
      zeros[scale[i]] = Math.min(zeros[scale[i]], levels[i]);
    }
    List<CodedLevels> forms = new ArrayList<>();
    smallest(levels).ifPresent(l -> forms.add(new CodedLevels(l, scales, Optional.empty())));
    for (int i = 0; i < levels.length; i++) {
      levels[i] -= zeros[scale[i]];
    }
    Tensor each = Tensor.ofFloats(Shape.of(zeros.length), zeros);
    smallest(levels).ifPresent(l -> forms.add(new CodedLevels(l, scales, Optional.of(each))));
    return forms;
  }

  private static Optional<CodedTensor> smallest(float[] levels) {
    Tensor all = Tensor.ofFloats(Shape.of(levels.length), levels);
    return CodedTensor.smallest(CodedTensor.ofFewValues(all));
  }

  @Override
  public List<Part> parts() {
    List<Part> all = new ArrayList<>(levels.parts());
    scales.index().ifPresent(i -> all.add(new Part("rows of scales", i)));
    zeros.ifPresent(z -> all.add(new Part("zero points", z)));
    float[] factors = scales.scales();
    all.add(new Part("scales", Tensor.ofFloats(Shape.of(factors.length), factors)));
    return all;
  }

  @Override
  public int length() {
    return levels.length();
  }

  @Override
  public Kernel decode() {
    Kernel kernel = levels.decode();
    List<Buffer> buffers = new ArrayList<>(kernel.buffers());
    Buffer w = buffers.remove(buffers.size() - 1);
    int count = scales.scales().length;
    Optional<Buffer> index =
        scales.index().map(i -> Buffer.flat("rows", i.dtype(), Role.WEIGHTS, i.size()));
    Optional<Buffer> zero =
        zeros.map(z -> Buffer.flat("zeros", DType.FLOAT32, Role.WEIGHTS, count));
    Buffer scale = Buffer.flat("scales", DType.FLOAT32, Role.WEIGHTS, count);
    index.ifPresent(buffers::add);
    zero.ifPresent(buffers::add);
    buffers.add(scale);
    buffers.add(w);
    Stmt scaling =
        scales.each(
            index,
            (i, s) -> {
              Expr level = load(w, i);
              Expr whole = zero.isPresent() ? add(level, load(zero.get(), s)) : level;
              return Stmts.store(w, i, mul(whole, load(scale, s)));
            });
    String comment = kernel.comment() + ", times " + count + " scales";
    return new Kernel("decode", comment, buffers, Stmts.block(kernel.body(), scaling));
  }
}
