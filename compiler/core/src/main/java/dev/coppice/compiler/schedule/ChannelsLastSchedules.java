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
          KernelRowConv::candidates,
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
    return lower(g, k, new SeparableConv(input, inputK));
  }

  /**
   * The same where operand 0 is planes transposed for this one alone.
   *
   * @param planesK builder of the transposition
   */
  public static Kernel lowerPlanes(ConvGeometry g, KernelBuilder k, KernelBuilder planesK) {
    return lower(g, k, KernelRowConv.ofPlanes(planesK));
  }

  private static Kernel lower(ConvGeometry g, KernelBuilder k, Schedule<ConvGeometry> other) {
    List<Schedule<ConvGeometry>> all = new ArrayList<>(ALL);
    all.add(other);
    return Schedule.lower(all, g, k);
  }
}
