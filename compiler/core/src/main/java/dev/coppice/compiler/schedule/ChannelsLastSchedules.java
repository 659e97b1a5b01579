package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import java.util.ArrayList;
import java.util.List;

/** The ways to compute a convolution whose channels lie side by side. */
public final class ChannelsLastSchedules {
  private static final List<Schedule<ConvGeometry>> ALL =
      List.of(
          PanelConv::candidates,
          DepthwiseConv::candidates,
          WinogradConv::candidates,
          DirectLastConv::candidates);

  private ChannelsLastSchedules() {}

  /** The kernel of a convolution of this geometry; operands as {@code op.ChannelsLastConv} says. */
  public static Kernel lower(ConvGeometry g, KernelBuilder k) {
    return Schedule.lower(ALL, g, k);
  }

  /**
   * The same where another convolution computes operand 0 for this one alone.
   *
   * @param input its geometry
   * @param inputK its builder
   */
  public static Kernel lower(
      ConvGeometry g, KernelBuilder k, ConvGeometry input, KernelBuilder inputK) {
    List<Schedule<ConvGeometry>> all = new ArrayList<>(ALL);
    all.add(new SeparableConv(input, inputK));
    return Schedule.lower(all, g, k);
  }
}
