package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;

/**
 * A convolution {@code W: [O, I, kh, kw]} as a vertical one {@code I -> R} followed by a horizontal
 * one {@code R -> O} (Jaderberg, Vedaldi, Zisserman 2014, arXiv 1405.3866, scheme 2), the best of
 * each rank: the truncated SVD of the weights unfolded to {@code (I kh) x (O kw)}.
 *
 * <p>The vertical layer takes the stride, pads and dilation of axis H, the horizontal one those of
 * W and the bias. Padding stays exact, since the vertical layer has no bias.
 */
public final class SpatialSvd {
  private final Shape shape;
  private final TruncatedSvd svd;

  private SpatialSvd(Shape shape, TruncatedSvd svd) {
    this.shape = shape;
    this.svd = svd;
  }

  /**
   * Decomposes the weights of a convolution of one group.
   *
   * @param w {@code [O, I, kh, kw]}
   * @throws IllegalArgumentException if there are not four axes or an element is not finite
   */
  public static SpatialSvd of(Tensor w) {
    Shape shape = w.shape();
    if (shape.rank() != 4) {
      throw new IllegalArgumentException("weights " + w.type() + "; expected [O, I, kh, kw]");
    }
    Unfolding unfolding = Unfolding.of(shape, new int[] {0, 3}, 1, 2);
    return new SpatialSvd(shape, TruncatedSvd.of(unfolding.matrix(w)));
  }

  /**
   * Two convolutions in place of one, float64.
   *
   * @param vertical {@code [R, I, kh, 1]}
   * @param horizontal {@code [O, R, 1, kw]}
   */
  public record Factors(Tensor vertical, Tensor horizontal) {}

  /** The layers of rank {@code r}. */
  public Factors factors(int r) {
    TruncatedSvd.Factors factors = svd.factors(r);
    Shape vertical = Shape.of(r, shape.dim(1), shape.dim(2), 1);
    Shape horizontal = Shape.of(shape.dim(0), r, 1, shape.dim(3));
    return new Factors(
        Unfolding.of(vertical, new int[] {0}, 1, 2, 3).tensor(factors.first()),
        Unfolding.of(horizontal, new int[] {0, 3}, 1, 2).tensor(factors.second()));
  }

  /** The decomposition of the unfolded weights: ranks and errors. */
  public TruncatedSvd svd() {
    return svd;
  }

  /** The cost in parameters: {@code O I kh kw} against {@code R (I kh + O kw)}. */
  public RankCost parameters() {
    return macs(1, 1);
  }

  /**
   * The cost in MACs.
   *
   * @param between positions of the vertical layer's output: out height times in width
   * @param out positions of the output: out height times out width
   */
  public RankCost macs(long between, long out) {
    long vertical = between * shape.dim(1) * shape.dim(2);
    long horizontal = out * shape.dim(0) * shape.dim(3);
    return new RankCost(out * shape.size(), vertical + horizontal);
  }
}
