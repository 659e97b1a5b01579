package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import java.util.List;

/** Chooses how a convolution is computed whose channels lie side by side. */
public final class ChannelsLastSchedules {
  private ChannelsLastSchedules() {}

  /** The kernel of a convolution of this geometry; operands as {@code op.ChannelsLastConv} says. */
  public static Kernel lower(ConvGeometry g, KernelBuilder k) {
    if (DepthwiseConv.applies(g, k)) {
      return DepthwiseConv.lower(g, k);
    }
    for (Winograd matrices : List.of(Winograd.F4, Winograd.F2)) {
      if (WinogradConv.applies(g, k, matrices) && pays(g, matrices)) {
        return WinogradConv.lower(g, k, matrices);
      }
    }
    return PanelConv.applies(g, k) ? PanelConv.lower(g, k) : DirectLastConv.lower(g, k);
  }

  private static boolean pays(ConvGeometry g, Winograd matrices) {
    double cycles = WinogradConv.cycles(g, matrices);
    return cycles < 0.85 * PanelConv.cycles(g)
        && (matrices == Winograd.F2 || cycles < WinogradConv.cycles(g, Winograd.F2));
  }
}
