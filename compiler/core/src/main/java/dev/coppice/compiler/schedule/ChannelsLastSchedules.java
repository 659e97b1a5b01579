package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;

/** Chooses how a convolution is computed whose channels lie side by side. */
public final class ChannelsLastSchedules {
  private ChannelsLastSchedules() {}

  /** The kernel of a convolution of this geometry; operands as {@code op.ChannelsLastConv} says. */
  public static Kernel lower(ConvGeometry g, KernelBuilder k) {
    if (DepthwiseConv.applies(g, k)) {
      return DepthwiseConv.lower(g, k);
    }
    return PanelConv.applies(g, k) ? PanelConv.lower(g, k) : DirectLastConv.lower(g, k);
  }
}
