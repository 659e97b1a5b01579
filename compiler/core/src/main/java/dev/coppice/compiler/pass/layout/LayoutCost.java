package dev.coppice.compiler.pass.layout;

import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.ChannelsLastConv;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * What the order of axes costs on a machine with vector registers, in picoseconds: what a
 * transposition takes, and what a convolution saves that runs with channels last.
 */
final class LayoutCost {
  /** One element transposed: a strided store of a line that is seldom near. */
  private static final long MOVED = 1000;

  /** A view: it takes no time but keeps what stands around it from being fused. */
  private static final long VIEW = 1000;

  /** One multiply-accumulate of a convolution with channels first. */
  private static final double FIRST = 30;

  /** One multiply-accumulate of a convolution with channels last. */
  private static final double LAST = 10;

  /** The same with channels first for each weight that is not zero, where others are left out. */
  private static final double SPARSE = 50;

  private LayoutCost() {}

  /** Of bringing channels last, or back. */
  static long transposed(TensorType type) {
    Transpose t = new Transpose(ChannelsLastConv.lastFromFirst(type.shape().rank()));
    return t.isView(List.of(type)) ? VIEW : VIEW + MOVED * type.shape().size();
  }

  /** What a convolution with weights {@code w} saves; negative if it loses. */
  static long saved(Node conv, Tensor w) {
    double filled = 1 - (double) zeros(w) / Math.max(1, w.size());
    double each = Math.min(FIRST, SPARSE * filled) - LAST;
    return Math.round(each * conv.op().macs(conv.inputTypes()));
  }

  private static int zeros(Tensor w) {
    int zeros = 0;
    for (int i = 0; i < w.size(); i++) {
      zeros += w.floatAt(i) == 0 ? 1 : 0;
    }
    return zeros;
  }
}
