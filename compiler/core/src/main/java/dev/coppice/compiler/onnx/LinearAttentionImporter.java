package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Exp;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * LinearAttention, since 27: a state of {@code [d_k, d_v]} for each key head that decays, is
 * corrected and written at each time step, and read by the query heads that share it. Computed in
 * float32.
 */
final class LinearAttentionImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    a.ignore("chunk_size");
    String rule = a.choice("update_rule", "gated_delta", "linear", "gated", "delta");
    int queryHeads = a.integer("q_num_heads");
    int heads = a.integer("kv_num_heads");
    boolean gated = rule.startsWith("gated");
    boolean corrected = rule.endsWith("delta");
    if (heads < 1 || queryHeads < 1 || queryHeads % heads != 0) {
      throw new IllegalArgumentException(
          "q_num_heads is " + queryHeads + ", expected a multiple of kv_num_heads " + heads);
    }
    if (gated != node.has(4) || corrected != node.has(5)) {
      throw new IllegalArgumentException(
          "update_rule '" + rule + "' does not fit the operands 'decay' and 'beta' that are given");
    }
    for (int i = 0; i < 3; i++) {
      if (node.shape(i).rank() != 3 || node.shape(i).dim(2) % (i == 0 ? queryHeads : heads) != 0) {
        throw new IllegalArgumentException(
            "operand " + i + " is " + node.type(i) + ", expected [B, T, heads * size]");
      }
    }
    int batch = node.shape(0).dim(0);
    int steps = node.shape(0).dim(1);
    int group = queryHeads / heads;
    int keySize = node.shape(1).dim(2) / heads;
    int valueSize = node.shape(2).dim(2) / heads;
    float scale = a.number("scale", 0);
    Value q = timeFirst(node, 0, List.of(heads, group, keySize));
    q = node.add(new Mul(), q, number(node, scale == 0 ? 1 / Math.sqrt(keySize) : scale));
    Value k = timeFirst(node, 1, List.of(heads, 1, keySize));
    Value v = timeFirst(node, 2, List.of(heads, 1, valueSize));
    Optional<Value> decay = gated ? Optional.of(decay(node, heads, keySize)) : Optional.empty();
    Optional<Value> beta = corrected ? Optional.of(beta(node, heads)) : Optional.empty();
    Value scaled = q;
    List<Value> results =
        StepLoop.run(
            node,
            steps,
            List.of(state(node, batch, heads, keySize, valueSize)),
            (s, state, at) -> step(s, scaled, k, v, decay, beta, state.get(0), at));
    // [T, B, H, G, d_v] to [B, T, H * G * d_v].
    Value y = node.add(new Transpose(List.of(1, 0, 2, 3, 4)), results.get(1));
    y = node.reshape(y, List.of(batch, steps, queryHeads * valueSize));
    DType stored = node.has(3) ? node.type(3).dtype() : node.type(0).dtype();
    return List.of(
        CastImporter.cast(node, y, node.type(0).dtype()),
        CastImporter.cast(node, results.get(0), stored));
  }

  private static List<Value> step(
      Steps s,
      Value q,
      Value k,
      Value v,
      Optional<Value> decay,
      Optional<Value> beta,
      Value before,
      Value at) {
    Value state = before;
    if (decay.isPresent()) {
      state = s.add(new Mul(), state, at(s, decay.get(), at));
    }
    Value key = at(s, k, at);
    Value value = at(s, v, at);
    if (beta.isPresent()) {
      Value known = s.add(new MatMul(), key, state);
      value = s.add(new Mul(), at(s, beta.get(), at), s.add(new Sub(), value, known));
    }
    Value column = s.add(new Transpose(List.of(0, 1, 3, 2)), key);
    state = s.add(new Add(), state, s.add(new Mul(), column, value));
    return List.of(state, s.add(new MatMul(), at(s, q, at), state));
  }

  private static Value at(Steps s, Value all, Value at) {
    return s.add(new Gather(0), s.outer(all), at);
  }

  /** Operand {@code i}, {@code [B, T, ..]}, as {@code [T, B, parts]} in float32. */
  private static Value timeFirst(NodeContext node, int i, List<Integer> parts) {
    Value x = CastImporter.cast(node, node.input(i), DType.FLOAT32);
    List<Integer> dims = new ArrayList<>(List.of(x.type().shape().dim(1), x.type().shape().dim(0)));
    dims.addAll(parts);
    return node.reshape(node.add(new Transpose(List.of(1, 0, 2)), x), dims);
  }

  /** What the state is multiplied with, {@code [T, B, H, d_k or 1, 1]}. */
  private static Value decay(NodeContext node, int heads, int keySize) {
    int last = node.shape(4).dim(-1);
    if (last != heads && last != heads * keySize) {
      throw new IllegalArgumentException(
          "operand 'decay' is "
              + node.type(4)
              + ", expected one for each head or each key element");
    }
    return node.add(new Exp(), timeFirst(node, 4, List.of(heads, last / heads, 1)));
  }

  /** The weight of corrections, {@code [T, B, H or 1, 1, 1]}. */
  private static Value beta(NodeContext node, int heads) {
    int last = node.shape(5).dim(-1);
    if (last != heads && last != 1) {
      throw new IllegalArgumentException(
          "operand 'beta' is " + node.type(5) + ", expected one for each head or one for all");
    }
    return timeFirst(node, 5, List.of(last, 1, 1));
  }

  private static Value state(NodeContext node, int batch, int heads, int keySize, int valueSize) {
    TensorType type = TensorType.of(DType.FLOAT32, batch, heads, keySize, valueSize);
    if (!node.has(3)) {
      return node.constant(Tensor.splat(type, 0));
    }
    if (!node.shape(3).equals(type.shape())) {
      throw new IllegalArgumentException(
          "operand 'past_state' is " + node.type(3) + ", expected " + type.shape());
    }
    return CastImporter.cast(node, node.input(3), DType.FLOAT32);
  }

  private static Value number(NodeContext node, double value) {
    return node.constant(
        Tensor.fromDoubles(new TensorType(DType.FLOAT32, Shape.SCALAR), i -> value));
  }
}
