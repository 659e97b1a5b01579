package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import java.util.List;

/** The ways to compute attention, none of which keeps all scores. */
public final class AttentionSchedules {
  private static final List<Schedule<AttentionGeometry>> ALL =
      List.of(PanelAttention::candidates, PlaneAttention::candidates);

  private AttentionSchedules() {}

  /** The kernel of attention of this geometry; operands as {@code op.Attention} says. */
  public static Kernel lower(AttentionGeometry g, KernelBuilder k) {
    return Schedule.lower(ALL, g, k);
  }
}
