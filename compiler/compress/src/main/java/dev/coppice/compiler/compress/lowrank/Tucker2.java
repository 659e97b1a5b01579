package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.linalg.Gram;
import dev.coppice.compiler.compress.linalg.SymmetricEigen;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * A convolution {@code W: [O, I, kernel...]} as a pointwise one {@code I -> R1}, a core {@code R1
 * -> R0} with the kernel, and a pointwise one {@code R0 -> O} (Kim et al. 2016, arXiv 1511.06530):
 * the Tucker decomposition of modes 0 and 1 by higher-order orthogonal iteration (De Lathauwer, De
 * Moor, Vandewalle 2000).
 *
 * <p>The core takes strides, pads and dilations, the last layer the bias. Padding stays exact,
 * since the first layer has no bias.
 *
 * @param first {@code [R1, I, 1...]}, float64
 * @param core {@code [R0, R1, kernel...]}, float64
 * @param last {@code [O, R0, 1...]}, float64
 * @param relativeError norm of the change of the weights over the norm of the weights
 */
public record Tucker2(Tensor first, Tensor core, Tensor last, double relativeError) {
  /** Iteration ends when a sweep adds less than this part to the energy of the core. */
  private static final double CONVERGED = 1e-4;

  /** The ranks of the outputs and inputs of a convolution. */
  public record Ranks(int outputs, int inputs) {}

  /**
   * The ranks that {@link VariationalRank} finds for modes 0 and 1, not below 1.
   *
   * @param w {@code [O, I, kernel...]}
   */
  public static Ranks variationalRanks(Tensor w) {
    return new Ranks(variationalRank(w, 0), variationalRank(w, 1));
  }

  private static int variationalRank(Tensor w, int mode) {
    return Math.max(1, VariationalRank.of(Unfolding.mode(w.shape(), mode).matrix(w)));
  }

  /**
   * Decomposes the weights of a convolution of one group.
   *
   * @param w {@code [O, I, kernel...]}
   * @param ranks from 1 to O and I
   * @param sweeps the most sweeps, about 10; with none the factors are those of the truncated
   *     higher-order SVD
   * @throws IllegalArgumentException if a rank is out of range or an element is not finite
   */
  public static Tucker2 of(Tensor w, Ranks ranks, int sweeps) {
    Shape shape = w.shape();
    if (shape.rank() < 2
        || ranks.outputs < 1
        || ranks.outputs > shape.dim(0)
        || ranks.inputs < 1
        || ranks.inputs > shape.dim(1)) {
      throw new IllegalArgumentException(ranks + " for weights " + w.type());
    }
    Iteration iteration = new Iteration(w, ranks);
    double energy = 0;
    for (int i = 0; i < sweeps; i++) {
      double before = energy;
      energy = iteration.sweep();
      if (energy <= before * (1 + CONVERGED)) {
        break;
      }
    }
    return iteration.result();
  }

  /** The orthonormal factors {@code u0: [O, R0]} and {@code u1: [I, R1]} as they are improved. */
  private static final class Iteration {
    private final Shape shape;
    private final Ranks ranks;
    private final int kernel;

    /** {@code [O, kernel * I]}. */
    private final DMatrixRMaj byOutput;

    /** {@code [I, kernel * O]}. */
    private final DMatrixRMaj byInput;

    private DMatrixRMaj u0;
    private DMatrixRMaj u1;

    Iteration(Tensor w, Ranks ranks) {
      this.shape = w.shape();
      this.ranks = ranks;
      this.kernel = shape.sizeOf(2, shape.rank());
      int[] spatial = IntStream.range(2, shape.rank()).toArray();
      this.byOutput = Unfolding.of(shape, new int[] {0}, append(spatial, 1)).matrix(w);
      this.byInput = Unfolding.of(shape, new int[] {1}, append(spatial, 0)).matrix(w);
      this.u0 = eigen(byInput, shape.dim(0)).leading(ranks.outputs);
      this.u1 = eigen(byOutput, shape.dim(1)).leading(ranks.inputs);
    }

    private static int[] append(int[] axes, int last) {
      int[] more = Arrays.copyOf(axes, axes.length + 1);
      more[axes.length] = last;
      return more;
    }

    /** Left singular vectors of the mode whose index, below n, is the last of {@code a}. */
    private static SymmetricEigen eigen(DMatrixRMaj a, int n) {
      DMatrixRMaj rows = DMatrixRMaj.wrap(a.getNumElements() / n, n, a.data);
      return SymmetricEigen.of(Gram.ofColumns(rows));
    }

    /** Improves both factors; the energy of the core is what the second one keeps. */
    double sweep() {
      u0 = eigen(project(u1, byInput), shape.dim(0)).leading(ranks.outputs);
      SymmetricEigen inputs = eigen(project(u0, byOutput), shape.dim(1));
      u1 = inputs.leading(ranks.inputs);
      return Arrays.stream(inputs.values(), 0, ranks.inputs).sum();
    }

    private static DMatrixRMaj project(DMatrixRMaj u, DMatrixRMaj w) {
      DMatrixRMaj projected = new DMatrixRMaj(u.numCols, w.numCols);
      CommonOps_DDRM.multTransA(u, w, projected);
      return projected;
    }

    /** {@code [R0 * kernel, R1]}. */
    DMatrixRMaj core() {
      DMatrixRMaj projected = project(u0, byOutput);
      DMatrixRMaj rows = DMatrixRMaj.wrap(ranks.outputs * kernel, shape.dim(1), projected.data);
      DMatrixRMaj core = new DMatrixRMaj(rows.numRows, ranks.inputs);
      CommonOps_DDRM.mult(rows, u1, core);
      return core;
    }

    Tucker2 result() {
      DMatrixRMaj core = core();
      int[] dims = shape.dims();
      int[] spatial = IntStream.range(2, dims.length).toArray();
      Shape coreShape = shape.with(0, ranks.outputs).with(1, ranks.inputs);
      int[] ones = dims.clone();
      Arrays.fill(ones, 1);
      Shape first = Shape.of(ones).with(0, ranks.inputs).with(1, dims[1]);
      Shape last = Shape.of(ones).with(0, dims[0]).with(1, ranks.outputs);
      int[] coreRows = IntStream.concat(IntStream.of(0), Arrays.stream(spatial)).toArray();
      return new Tucker2(
          Unfolding.of(first, append(spatial, 1), 0).tensor(u1),
          Unfolding.of(coreShape, coreRows, 1).tensor(core),
          Unfolding.mode(last, 0).tensor(u0),
          relativeError(core));
    }

    /** By the difference itself: that of energies would be rounding below 1e-8. */
    private double relativeError(DMatrixRMaj core) {
      DMatrixRMaj rows = new DMatrixRMaj(core.numRows, shape.dim(1));
      CommonOps_DDRM.multTransB(core, u1, rows);
      DMatrixRMaj wide = DMatrixRMaj.wrap(ranks.outputs, byOutput.numCols, rows.data);
      DMatrixRMaj difference = new DMatrixRMaj(byOutput.numRows, byOutput.numCols);
      CommonOps_DDRM.mult(u0, wide, difference);
      CommonOps_DDRM.subtractEquals(difference, byOutput);
      double norm = NormOps_DDRM.normF(byOutput);
      return norm == 0 ? 0 : NormOps_DDRM.normF(difference) / norm;
    }
  }
}
