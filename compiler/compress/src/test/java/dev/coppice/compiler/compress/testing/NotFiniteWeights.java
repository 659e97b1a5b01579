package dev.coppice.compiler.compress.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;

/** Weights of which one is not a number: no method changes them, and the user is told. */
public final class NotFiniteWeights {
  private NotFiniteWeights() {}

  /** Requires this of {@code step}, see {@link Recipes#step}. */
  public static void stay(String step) {
    Tensor w =
        Tensor.fromDoubles(
            TensorType.of(DType.FLOAT32, 30, 30), i -> i == 7 ? Double.NaN : 1 + i % 3);
    OnnxGraph before = Products.of(w);
    Session session = Recipes.step(before, step);
    assertEquals(before.toProto(), session.graph().toProto());
    assertEquals(DiagnosticCode.WEIGHTS_LEFT_ALONE, session.notes().diagnostics().get(0).code());
  }
}
