package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import java.util.List;

/**
 * Depthwise convolution of what a pointwise convolution computes, in one kernel: each strip of rows
 * is computed where it is read.
 *
 * @param input the pointwise convolution
 * @param inputK its builder, whose result 0 is what the depthwise convolution reads
 */
record SeparableConv(ConvGeometry input, KernelBuilder inputK) implements Schedule<ConvGeometry> {
  @Override
  public List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    // Strips follow one another: they are not for several threads.
    if (k.target().threads() > 1
        || !DepthwiseConv.applies(g, k)
        || !ComputedRows.applies(g, input, inputK)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "pointwise input in strips, taps written out",
            DepthwiseConv.nanos(g, k) + ComputedRows.nanos(g, k, input),
            0,
            g.weightBytes(),
            () ->
                DepthwiseConv.kernel(
                    g,
                    k,
                    new ComputedRows(g, k, input, inputK),
                    "taps written out, x in strips: "
                        + ConvSchedules.comment(input, "registers of channels side by side"))));
  }
}
