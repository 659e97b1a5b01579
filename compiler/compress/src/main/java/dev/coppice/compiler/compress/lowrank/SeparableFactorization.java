package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.lowrank.DepthwiseSeparable.Filters;
import dev.coppice.compiler.compress.lowrank.Factors.Stage;
import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A convolution as a depthwise and a pointwise one; see {@link DepthwiseSeparable}. The rank is the
 * number of depthwise channels per input channel.
 */
final class SeparableFactorization implements Factorization {
  private final ConvGeometry conv;
  private final Filters filters;
  private final int full;
  private final Map<Integer, Choice> known = new LinkedHashMap<>();

  SeparableFactorization(ConvGeometry conv, Tensor weights) {
    this.conv = conv;
    this.filters = Filters.of(weights);
    this.full = Math.min(conv.outputs(), conv.kernel());
  }

  @Override
  public String kind() {
    return "separable";
  }

  @Override
  public Choice forEnergy(double lost) {
    int rank = 1;
    while (rank < full && filters.lost(rank) > lost) {
      rank++;
    }
    return choice(rank);
  }

  @Override
  public Choice ofRank(int rank) {
    return choice(Math.min(rank, full));
  }

  @Override
  public Optional<Choice> variational(double weakening) {
    return Optional.empty();
  }

  private Choice choice(int rank) {
    long channels = (long) rank * conv.inputs();
    long parameters = channels * conv.kernel() + channels * conv.outputs();
    FactorCost cost = new FactorCost(conv.positions(conv.axes()) * parameters, parameters, 2);
    return known.computeIfAbsent(
        rank, r -> new Choice(kind(), String.valueOf(r), cost, () -> factors(r)));
  }

  private Factors factors(int rank) {
    DepthwiseSeparable separable = filters.separable(rank);
    return new Factors(
        List.of(
            new Stage("depthwise", separable.depthwise(), conv.depthwise()),
            new Stage("pointwise", separable.pointwise(), conv.pointwise())),
        filters.lost(rank));
  }
}
