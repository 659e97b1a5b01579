package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.lowrank.Factors.Stage;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;

/**
 * A matrix product as two ({@link TruncatedSvd}), and a convolution, whose filters are rows of a
 * matrix {@code O x (I k)}, as one with fewer outputs followed by a pointwise one (Zhang, Zou, He,
 * Sun 2016, arXiv 1505.06798). The first convolution takes the window, the last layer the bias.
 */
final class MatrixFactorization implements Factorization {
  private static final double EPSILON = 1e-3;

  private final DMatrixRMaj matrix;
  private final TruncatedSvd svd;
  private final Optional<ConvGeometry> conv;
  private final long positions;
  private final int multiple;

  /**
   * A factorization.
   *
   * @param matrix weights {@code [outputs, inputs]}
   * @param conv where they are those of a convolution
   * @param positions how often they are multiplied with in a run
   * @param gram {@code X^T X} of inputs on calibration data; without it the weights count
   * @param multiple what ranks are rounded up to
   */
  MatrixFactorization(
      DMatrixRMaj matrix,
      Optional<ConvGeometry> conv,
      long positions,
      Optional<DMatrixRMaj> gram,
      int multiple) {
    this.matrix = matrix;
    this.svd =
        gram.map(g -> TruncatedSvd.of(matrix, g, EPSILON)).orElseGet(() -> TruncatedSvd.of(matrix));
    this.conv = conv;
    this.positions = positions;
    this.multiple = multiple;
  }

  @Override
  public String kind() {
    return "svd";
  }

  @Override
  public Choice forEnergy(double lost) {
    return choice(Factorization.rounded(svd.rankForEnergy(lost), multiple, svd.fullRank()));
  }

  @Override
  public Choice ofRank(int rank) {
    return choice(Math.min(rank, svd.fullRank()));
  }

  @Override
  public Optional<Choice> variational(double weakening) {
    int rank = VariationalRank.of(matrix);
    return Optional.of(choice(VariationalRank.weakened(rank, svd.fullRank(), weakening, multiple)));
  }

  private Choice choice(int rank) {
    RankCost macs = RankCost.ofMatrix(matrix.numRows, matrix.numCols, positions);
    RankCost parameters = RankCost.ofMatrix(matrix.numRows, matrix.numCols, 1);
    FactorCost cost = new FactorCost(macs.of(rank), parameters.of(rank), 2);
    return new Choice(kind(), String.valueOf(rank), cost, () -> factors(rank));
  }

  private Factors factors(int rank) {
    TruncatedSvd.Factors factors = svd.factors(rank);
    double error = svd.relativeError(rank);
    return new Factors(
        conv.isPresent()
            ? List.of(
                new Stage(
                    "first",
                    tensor(conv.get().weights().with(0, rank), factors.first()),
                    conv.get().window()),
                new Stage(
                    "last",
                    tensor(pointwise(conv.get(), rank), factors.second()),
                    conv.get().pointwise()))
            : List.of(
                new Stage(
                    "first", tensor(Shape.of(rank, matrix.numCols), factors.first()), List.of()),
                new Stage(
                    "last", tensor(Shape.of(matrix.numRows, rank), factors.second()), List.of())),
        error * error);
  }

  private static Shape pointwise(ConvGeometry conv, int inputs) {
    int[] ones = new int[conv.weights().rank()];
    Arrays.fill(ones, 1);
    return Shape.of(ones).with(0, conv.outputs()).with(1, inputs);
  }

  private static Tensor tensor(Shape shape, DMatrixRMaj matrix) {
    return Unfolding.mode(shape, 0).tensor(matrix);
  }
}
