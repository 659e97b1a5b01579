package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.DType;

/** Chooses how a convolution is computed. */
public final class ConvSchedules {
  /**
   * Below this many output places a plane is too short for the vectorizer, and output channels make
   * the longer vector.
   */
  private static final int SHORT_PLANE = 40;

  private ConvSchedules() {}

  /** The kernel of a convolution of this geometry; operands as {@code op.Conv} says. */
  public static Kernel lower(ConvGeometry g, KernelBuilder k) {
    boolean single = g.dtype() == DType.FLOAT32 || g.dtype() == DType.FLOAT64;
    boolean planar = g.spatial() <= 2 || g.isPointwise();
    if (!single || !planar || k.constant(1).isEmpty() || g.outputType().shape().size() == 0) {
      return DirectConv.lower(g, k);
    }
    if (g.outPlane() < SHORT_PLANE && g.groupOc() > g.outPlane() && g.groupOc() >= 8) {
      return RowConv.lower(g, k);
    }
    return PlaneConv.lower(g, k);
  }

  /** Formula and sizes for the reader of the emitted code. */
  static String comment(ConvGeometry g, String how) {
    StringBuilder text = new StringBuilder();
    text.append("y")
        .append(g.outputType().shape())
        .append(" = conv(x[")
        .append(g.n())
        .append(',')
        .append(g.c());
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
