package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.tensor.DType.Storage;
import java.util.EnumMap;
import java.util.Map;

/**
 * Refuses models that no splitting fits into Java: parameters of a method, elements of an array.
 */
final class ModelLimits {
  private ModelLimits() {}

  /**
   * Checks the parameters of {@code run} and of every kernel, and the flat weights of each type.
   *
   * @throws CompileException naming the model or the node, what it needs and what is possible
   */
  static void check(KernelPlan plan) {
    int ports = plan.inputs().size() + plan.outputs().size();
    // The instance counts as a parameter.
    if (ports >= ClassFileLimits.PARAMETERS) {
      throw exceeded(
          plan.modelName() + ": " + ports + " inputs and outputs", ClassFileLimits.PARAMETERS - 1);
    }
    for (KernelCall call : plan.calls()) {
      int parameters = 0;
      for (Buffer b : call.kernel().buffers()) {
        parameters += b.layout() == Buffer.Layout.ROW ? 1 : 2;
      }
      if (parameters > ClassFileLimits.PARAMETERS) {
        int operands = call.kernel().buffers().size();
        throw exceeded(
            "node '" + call.comment() + "': " + operands + " operands and results",
            ClassFileLimits.PARAMETERS / 2);
      }
    }
    Map<Storage, Long> elements = new EnumMap<>(Storage.class);
    for (WeightTensor w : plan.weights()) {
      long size = w.rows() ? 0 : w.data().size();
      long sum = elements.merge(w.data().dtype().storage(), size, Long::sum);
      if (sum > ClassFileLimits.ARRAY_ELEMENTS) {
        throw exceeded(
            plan.modelName() + ": " + sum + " weights of one type", ClassFileLimits.ARRAY_ELEMENTS);
      }
    }
  }

  private static CompileException exceeded(String what, int most) {
    return new CompileException(DiagnosticCode.JAVA_LIMIT, SourceRef.NONE, what, most);
  }
}
