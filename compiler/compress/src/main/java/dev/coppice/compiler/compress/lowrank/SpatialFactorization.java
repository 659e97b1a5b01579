package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.lowrank.Factors.Stage;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** A convolution as a vertical and a horizontal one; see {@link SpatialSvd}. */
final class SpatialFactorization implements Factorization {
  private final ConvGeometry conv;
  private final Tensor weights;
  private final SpatialSvd svd;
  private final int multiple;

  /**
   * A factorization.
   *
   * @param conv a convolution of two spatial axes
   * @param multiple what ranks are rounded up to
   */
  SpatialFactorization(ConvGeometry conv, Tensor weights, int multiple) {
    this.conv = conv;
    this.weights = weights;
    this.svd = SpatialSvd.of(weights);
    this.multiple = multiple;
  }

  @Override
  public String kind() {
    return "spatial-svd";
  }

  @Override
  public Choice forEnergy(double lost) {
    int rank = svd.svd().rankForEnergy(lost);
    return choice(Factorization.rounded(rank, multiple, svd.svd().fullRank()));
  }

  @Override
  public Choice ofRank(int rank) {
    return choice(Math.min(rank, svd.svd().fullRank()));
  }

  @Override
  public Optional<Choice> variational(double weakening) {
    Unfolding unfolding = Unfolding.of(weights.shape(), new int[] {0, 3}, 1, 2);
    int rank = VariationalRank.of(unfolding.matrix(weights));
    int full = svd.svd().fullRank();
    return Optional.of(choice(VariationalRank.weakened(rank, full, weakening, multiple)));
  }

  private Choice choice(int rank) {
    RankCost macs = svd.macs(conv.positions(1), conv.positions(2));
    FactorCost cost = new FactorCost(macs.of(rank), svd.parameters().of(rank), 2);
    return new Choice(kind(), String.valueOf(rank), cost, () -> factors(rank));
  }

  private Factors factors(int rank) {
    SpatialSvd.Factors factors = svd.factors(rank);
    double error = svd.svd().relativeError(rank);
    return new Factors(
        List.of(
            new Stage("vertical", factors.vertical(), conv.along(0, 1)),
            new Stage("horizontal", factors.horizontal(), conv.along(1, 1))),
        error * error);
  }
}
