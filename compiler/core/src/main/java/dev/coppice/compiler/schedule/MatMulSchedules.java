package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import java.util.List;

/** The ways to compute a matrix product. */
public final class MatMulSchedules {
  private static final List<Schedule<MatMulGeometry>> ALL =
      List.of(PanelMatMul::candidates, RowMatMul::candidates, DirectMatMul::candidates);

  private MatMulSchedules() {}

  /** The kernel of a product of this geometry; operands as {@code op.MatMul} says. */
  public static Kernel lower(MatMulGeometry g, KernelBuilder k) {
    return Schedule.lower(ALL, g, k);
  }

  /** Formula and sizes for the reader of the emitted code. */
  static String comment(MatMulGeometry g, String how) {
    String batch = g.batch().rank() == 0 ? "" : " for each of " + g.batch();
    return "y[" + g.m() + "," + g.n() + "] = a[" + g.m() + "," + g.k() + "] b[" + g.k() + ","
        + g.n() + "]" + batch + "; by " + how;
  }
}
