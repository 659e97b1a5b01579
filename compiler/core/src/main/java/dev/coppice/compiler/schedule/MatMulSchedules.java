package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.DType;

/** Chooses how a matrix product is computed. */
public final class MatMulSchedules {
  private MatMulSchedules() {}

  /** The kernel of a product of this geometry; operands as {@code op.MatMul} says. */
  public static Kernel lower(MatMulGeometry g, KernelBuilder k) {
    boolean floating = g.dtype() == DType.FLOAT32 || g.dtype() == DType.FLOAT64;
    if (!floating || g.k() == 0 || g.outShape().size() == 0) {
      return DirectMatMul.lower(g, k);
    }
    return RegisterMatMul.applies(g, k) ? RegisterMatMul.lower(g, k) : RowMatMul.lower(g, k);
  }

  /** Formula and sizes for the reader of the emitted code. */
  static String comment(MatMulGeometry g, String how) {
    String batch = g.batch().rank() == 0 ? "" : " for each of " + g.batch();
    return "y[" + g.m() + "," + g.n() + "] = a[" + g.m() + "," + g.k() + "] b[" + g.k() + ","
        + g.n() + "]" + batch + "; by " + how;
  }
}
