package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.lowrank.Factors.Stage;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A convolution as a pointwise one, a depthwise one along each axis and a pointwise one; see {@link
 * CanonicalPolyadic}. There is no closed form of the rank for an energy: ranks that are cheaper
 * than the layer are fitted and bisected.
 */
final class PolyadicFactorization implements Factorization {
  private static final int SWEEPS = 50;
  private static final double RIDGE = 1e-6;

  private final ConvGeometry conv;
  private final Tensor weights;
  private final int multiple;
  private final long seed;
  private final Map<Integer, Choice> known = new LinkedHashMap<>();

  /**
   * A factorization.
   *
   * @param multiple what ranks are rounded up to
   * @param seed of the fit
   */
  PolyadicFactorization(ConvGeometry conv, Tensor weights, int multiple, long seed) {
    this.conv = conv;
    this.weights = weights;
    this.multiple = multiple;
    this.seed = seed;
  }

  @Override
  public String kind() {
    return "cp";
  }

  @Override
  public Choice forEnergy(double lost) {
    int low = 1;
    int high = (int) Math.max(1, conv.dense().parameters() / perRank());
    while (low < high) {
      int middle = (low + high) / 2;
      if (choice(middle).factors().lost() <= lost) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return choice((low + multiple - 1) / multiple * multiple);
  }

  @Override
  public Choice ofRank(int rank) {
    return choice(rank);
  }

  @Override
  public Optional<Choice> variational(double weakening) {
    return Optional.empty();
  }

  private long perRank() {
    long parameters = (long) conv.inputs() + conv.outputs();
    for (int s = 0; s < conv.axes(); s++) {
      parameters += conv.weights().dim(s + 2);
    }
    return parameters;
  }

  private Choice choice(int rank) {
    return known.computeIfAbsent(
        rank, r -> new Choice(kind(), String.valueOf(r), cost(r), () -> factors(r)));
  }

  private FactorCost cost(long rank) {
    long macs = conv.positions(0) * conv.inputs() + conv.positions(conv.axes()) * conv.outputs();
    for (int s = 0; s < conv.axes(); s++) {
      macs += conv.positions(s + 1) * conv.weights().dim(s + 2);
    }
    return new FactorCost(rank * macs, rank * perRank(), conv.axes() + 2);
  }

  private Factors factors(int rank) {
    CanonicalPolyadic fit =
        new AlternatingLeastSquares(rank, SWEEPS, RIDGE, 1, seed).decompose(weights);
    List<Tensor> layers = fit.layers();
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage("first", layers.get(0), conv.pointwise()));
    for (int s = 0; s < conv.axes(); s++) {
      stages.add(new Stage("axis" + s, layers.get(s + 1), conv.along(s, rank)));
    }
    stages.add(new Stage("last", layers.get(conv.axes() + 1), conv.pointwise()));
    return new Factors(stages, fit.relativeError() * fit.relativeError());
  }
}
