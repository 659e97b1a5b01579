package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.linalg.Gram;
import dev.coppice.compiler.compress.linalg.SymmetricEigen;
import dev.coppice.compiler.compress.lowrank.Factors.Stage;
import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A convolution as a pointwise one, one between few channels and a pointwise one; see {@link
 * Tucker2}. For an energy, each mode may lose half of it: together they lose no more than the sum
 * (De Lathauwer, De Moor, Vandewalle 2000, property 10), and iteration makes it less.
 */
final class TuckerFactorization implements Factorization {
  private static final int SWEEPS = 10;

  private final ConvGeometry conv;
  private final Tensor weights;
  private final int multiple;
  private final double[] outputs;
  private final double[] inputs;
  private final Map<Tucker2.Ranks, Choice> known = new LinkedHashMap<>();

  /**
   * A factorization.
   *
   * @param multiple what ranks are rounded up to
   */
  TuckerFactorization(ConvGeometry conv, Tensor weights, int multiple) {
    this.conv = conv;
    this.weights = weights;
    this.multiple = multiple;
    this.outputs = energies(weights, 0);
    this.inputs = energies(weights, 1);
  }

  /** Squared singular values of the unfolding of a mode, not increasing. */
  private static double[] energies(Tensor w, int mode) {
    return SymmetricEigen.values(Gram.ofRows(Unfolding.mode(w.shape(), mode).matrix(w)));
  }

  @Override
  public String kind() {
    return "tucker-2";
  }

  @Override
  public Choice forEnergy(double lost) {
    return choice(
        Factorization.rounded(rank(outputs, lost / 2), multiple, outputs.length),
        Factorization.rounded(rank(inputs, lost / 2), multiple, inputs.length));
  }

  /** The smallest rank, at least 1, behind which there is at most the part {@code lost}. */
  private static int rank(double[] energies, double lost) {
    double total = 0;
    for (double e : energies) {
      total += e;
    }
    double tail = 0;
    int rank = energies.length;
    while (rank > 1 && tail + energies[rank - 1] <= lost * total) {
      tail += energies[--rank];
    }
    return rank;
  }

  @Override
  public Choice ofRank(int rank) {
    return choice(Math.min(rank, outputs.length), Math.min(rank, inputs.length));
  }

  @Override
  public Optional<Choice> variational(double weakening) {
    Tucker2.Ranks ranks = Tucker2.variationalRanks(weights);
    return Optional.of(
        choice(
            VariationalRank.weakened(ranks.outputs(), outputs.length, weakening, multiple),
            VariationalRank.weakened(ranks.inputs(), inputs.length, weakening, multiple)));
  }

  private Choice choice(int rankOut, int rankIn) {
    return known.computeIfAbsent(
        new Tucker2.Ranks(rankOut, rankIn),
        ranks ->
            new Choice(
                kind(), rankOut + " x " + rankIn, cost(rankOut, rankIn), () -> factors(ranks)));
  }

  private FactorCost cost(long rankOut, long rankIn) {
    long first = conv.inputs() * rankIn;
    long core = conv.kernel() * rankIn * rankOut;
    long last = rankOut * conv.outputs();
    long macs = conv.positions(0) * first + conv.positions(conv.axes()) * (core + last);
    return new FactorCost(macs, first + core + last, 3);
  }

  private Factors factors(Tucker2.Ranks ranks) {
    Tucker2 tucker = Tucker2.of(weights, ranks, SWEEPS);
    return new Factors(
        List.of(
            new Stage("first", tucker.first(), conv.pointwise()),
            new Stage("core", tucker.core(), conv.window()),
            new Stage("last", tucker.last(), conv.pointwise())),
        tucker.relativeError() * tucker.relativeError());
  }
}
