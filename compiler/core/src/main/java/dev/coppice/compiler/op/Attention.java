package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.schedule.AttentionGeometry;
import dev.coppice.compiler.schedule.AttentionSchedules;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code y = softmax(q k^T + mask) v} for each head. Operands {@code q: [B, H, M, D]}, {@code k:
 * [B, H, N, D]}, {@code v: [B, H, N, E]} and optionally {@code mask}, of rank 4, each axis that of
 * {@code [B, H, M, N]} or 1; result {@code [B, H, M, E]}. Floats of 32 or 64 bits; accumulates in
 * the type. ONNX Attention, since 23, imports to products and a softmax, which become this. Vaswani
 * et al., Attention Is All You Need, 2017, section 3.2.1; scores block by block: Rabe and Staats,
 * Self-attention Does Not Need O(n^2) Memory, 2021.
 *
 * @param rowsFirst whether axes 1 and 2 of all but the mask are the other way round
 */
public record Attention(boolean rowsFirst) implements Op {
  private static final int WITHOUT_MASK = 3;

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, WITHOUT_MASK, WITHOUT_MASK + 1);
    return List.of(AttentionGeometry.of(rowsFirst, inputs).outputType());
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    AttentionGeometry g =
        AttentionGeometry.of(rowsFirst, inputs.stream().map(Tensor::type).toList());
    double[] y = new double[g.outputType().shape().size()];
    for (int b = 0; b < g.b(); b++) {
      for (int h = 0; h < g.h(); h++) {
        for (int i = 0; i < g.m(); i++) {
          double[] weights = probabilities(g, inputs, b, h, i);
          int to = g.first(b, h, g.m(), g.e()) + i * g.step(g.e());
          int from = g.first(b, h, g.n(), g.e());
          for (int c = 0; c < g.e(); c++) {
            for (int j = 0; j < g.n(); j++) {
              y[to + c] += weights[j] * inputs.get(2).doubleAt(from + j * g.step(g.e()) + c);
            }
          }
        }
      }
    }
    return List.of(Tensor.fromDoubles(g.outputType(), i -> y[i]));
  }

  private static double[] probabilities(
      AttentionGeometry g, List<Tensor> inputs, int b, int h, int i) {
    double[] scores = new double[g.n()];
    int inQ = g.first(b, h, g.m(), g.d()) + i * g.step(g.d());
    double most = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < g.n(); j++) {
      int inK = g.first(b, h, g.n(), g.d()) + j * g.step(g.d());
      for (int t = 0; t < g.d(); t++) {
        scores[j] += inputs.get(0).doubleAt(inQ + t) * inputs.get(1).doubleAt(inK + t);
      }
      if (inputs.size() > WITHOUT_MASK) {
        scores[j] += inputs.get(WITHOUT_MASK).doubleAt(g.maskAt(b, h, i) + j * g.maskStep());
      }
      most = Math.max(most, scores[j]);
    }
    double sum = 0;
    for (int j = 0; j < g.n(); j++) {
      scores[j] = Math.exp(scores[j] - most);
      sum += scores[j];
    }
    for (int j = 0; j < g.n(); j++) {
      scores[j] /= sum;
    }
    return scores;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < k.inputs(); i++) {
      types.add(k.inputType(i));
    }
    return AttentionSchedules.lower(AttentionGeometry.of(rowsFirst, types), k);
  }

  @Override
  public long macs(List<TensorType> inputs) {
    return AttentionGeometry.of(rowsFirst, inputs).macs();
  }
}
