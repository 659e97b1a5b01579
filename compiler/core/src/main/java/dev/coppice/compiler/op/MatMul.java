package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.schedule.MatMulGeometry;
import dev.coppice.compiler.schedule.MatMulSchedules;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Matrix product with numpy semantics. Operands {@code a: [..., M, K]}, {@code b: [..., K, N]} with
 * broadcast leading axes (a rank-1 operand gets an axis that the result loses) and optionally
 * {@code bias: [N]}, added to every row; result {@code [..., M, N]}. All of one numeric type;
 * accumulates in it. ONNX MatMul, since 1; Gemm imports to it.
 */
public record MatMul() implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(MatMulGeometry.of(inputs).outputType());
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    return List.of(MatMulGeometry.of(inputs.stream().map(Tensor::type).toList()).evaluate(inputs));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < k.inputs(); i++) {
      types.add(k.inputType(i));
    }
    return MatMulSchedules.lower(MatMulGeometry.of(types), k);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public long macs(List<TensorType> inputs) {
    return MatMulGeometry.of(inputs).macs();
  }
}
