package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import java.util.List;

/** The ways to compute a convolution. */
public final class ConvSchedules {
  private static final List<Schedule<ConvGeometry>> ALL =
      List.of(
          RegisterSums::candidates,
          DenseSums::candidates,
          RowConv::candidates,
          PlaneWinograd::candidates,
          DepthwiseRows::candidates,
          SparsePlanes::candidates,
          DirectConv::candidates);

  private ConvSchedules() {}

  /** The kernel of a convolution of this geometry; operands as {@code op.Conv} says. */
  public static Kernel lower(ConvGeometry g, KernelBuilder k) {
    return Schedule.lower(ALL, g, k);
  }

  /** Formula and sizes for the reader of the emitted code. */
  static String comment(ConvGeometry g, String how) {
    StringBuilder text = new StringBuilder();
    text.append("y").append(g.outputType().shape()).append(" = conv(x[");
    text.append(g.n()).append(',').append(g.c());
    g.in().forEach(d -> text.append(',').append(d));
    text.append("], w[").append(g.oc()).append(',').append(g.groupC());
    g.kernel().forEach(d -> text.append(',').append(d));
    text.append("]), strides ").append(g.strides()).append(", pads ").append(g.pads());
    if (g.dilations().stream().anyMatch(d -> d != 1)) {
      text.append(", dilations ").append(g.dilations());
    }
    if (g.group() != 1) {
      text.append(", group ").append(g.group());
    }
    return text.append("; by ").append(how).toString();
  }
}
