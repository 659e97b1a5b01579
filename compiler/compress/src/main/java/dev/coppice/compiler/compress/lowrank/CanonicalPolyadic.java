package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * A convolution {@code W: [O, I, kernel...]} as a sum of R outer products (Lebedev et al. 2015,
 * arXiv 1412.6553): a pointwise layer {@code I -> R}, a depthwise one along each kernel axis and a
 * pointwise one {@code R -> O}, with nothing between. Fitted by {@link AlternatingLeastSquares}.
 *
 * <p>The depthwise layer of an axis takes the stride, pads and dilation of that axis, the last
 * layer the bias. Padding stays exact, since only the last layer has a bias.
 *
 * @param factors one per axis of W, {@code [dim, R]}; the norms of a component are alike in all
 * @param relativeError norm of the change of the weights over the norm of the weights
 */
public record CanonicalPolyadic(List<DMatrixRMaj> factors, double relativeError) {
  /** Throws {@link IllegalArgumentException} unless the factors have the same number of columns. */
  public CanonicalPolyadic {
    factors = List.copyOf(factors);
    for (DMatrixRMaj factor : factors) {
      if (factors.size() < 2 || factor.numCols != factors.get(0).numCols) {
        throw new IllegalArgumentException(factors.size() + " factors, one of " + factor.numCols);
      }
    }
  }

  /** R. */
  public int rank() {
    return factors.get(0).numCols;
  }

  /**
   * The weights of the layers, float64, first to last: {@code [R, I, 1...]}, then {@code [R, 1,
   * 1.., k, ..1]} with {@code group = R} for each kernel axis, then {@code [O, R, 1...]}.
   */
  public List<Tensor> layers() {
    int modes = factors.size();
    int[] ones = new int[modes];
    Arrays.fill(ones, 1);
    Shape pointwise = Shape.of(ones);
    List<Tensor> layers = new ArrayList<>();
    Shape first = pointwise.with(0, rank()).with(1, factors.get(1).numRows);
    layers.add(transposed(first, 1));
    for (int axis = 2; axis < modes; axis++) {
      layers.add(transposed(pointwise.with(0, rank()).with(axis, factors.get(axis).numRows), axis));
    }
    Shape last = pointwise.with(0, factors.get(0).numRows).with(1, rank());
    layers.add(Unfolding.mode(last, 0).tensor(factors.get(0)));
    return layers;
  }

  /**
   * The factor of {@code axis} as a tensor {@code [R, ...]} whose other axes but that one are 1.
   */
  private Tensor transposed(Shape shape, int axis) {
    int[] rows = new int[shape.rank() - 1];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i + 1;
    }
    return Unfolding.of(shape, rows, 0).tensor(factors.get(axis));
  }

  /** The weights that the factors stand for, float64 {@code [O, I, kernel...]}. */
  public Tensor product() {
    int[] dims = factors.stream().mapToInt(f -> f.numRows).toArray();
    DMatrixRMaj product = new DMatrixRMaj(dims[0], Shape.of(dims).size() / dims[0]);
    CommonOps_DDRM.multTransB(
        factors.get(0),
        AlternatingLeastSquares.khatriRao(factors.subList(1, dims.length)),
        product);
    return Unfolding.mode(Shape.of(dims), 0).tensor(product);
  }
}
