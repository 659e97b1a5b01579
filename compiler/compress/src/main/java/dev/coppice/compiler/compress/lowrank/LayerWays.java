package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;

/**
 * Which factorizations there are of a layer.
 *
 * @param kinds those wanted, as recipes call them
 * @param multiple what ranks are rounded up to
 * @param overhead see {@link FactorCost#expected}
 * @param seed of fits
 */
record LayerWays(List<String> kinds, int multiple, double overhead, long seed) {
  /** Copies the list. */
  LayerWays {
    kinds = List.copyOf(kinds);
  }

  /** Why {@code layer} cannot be factorised; empty if it can. */
  static Optional<String> obstacle(OnnxGraph graph, Layer layer) {
    Shape w = graph.shape(layer.weights());
    boolean gemm = layer.kind() == Layer.Kind.GEMM;
    if (layer.kind() == Layer.Kind.CONV_TRANSPOSE || layer.kind() == Layer.Kind.RECURRENT) {
      return Optional.of(layer.node().getOpType() + " is not factorised");
    }
    if (graph.consumers(layer.weights()).size() > 1 || graph.isOutput(layer.weights())) {
      return Optional.of("its weights are shared");
    }
    if (layer.groups() > 1) {
      return Optional.of("it has " + layer.groups() + " groups");
    }
    if (gemm && (layer.operand() == 0 || Nodes.integer(layer.node(), "transA", 0) != 0)) {
      return Optional.of("its input is transposed or on the right");
    }
    if (layer.kind() == Layer.Kind.MATMUL
        && (w.rank() > 2 || graph.shape(layer.input()).rank() < 2)) {
      return Optional.of("it multiplies with a stack of matrices or a vector");
    }
    return w.size() == 0 ? Optional.of("it has no weights") : Optional.empty();
  }

  /**
   * {@code layer}, which has no {@link #obstacle}, with the factorizations of the wanted kinds.
   *
   * @param grams of inputs on calibration data by result, for those that have one
   * @return empty if none of the kinds applies
   * @throws IllegalArgumentException if a weight is not finite
   */
  Optional<LayerRanks> of(OnnxGraph graph, Layer layer, Map<String, DMatrixRMaj> grams) {
    Tensor w = graph.constant(layer.weights()).orElseThrow();
    Optional<DMatrixRMaj> gram = Optional.ofNullable(grams.get(layer.output()));
    List<Factorization> ways = new ArrayList<>();
    FactorCost dense;
    if (layer.kind() == Layer.Kind.CONV) {
      ConvGeometry conv = ConvGeometry.of(layer, graph);
      dense = conv.dense();
      kinds.forEach(k -> convolution(k, conv, w, gram).ifPresent(ways::add));
    } else {
      int outputs = w.shape().dim(layer.outAxis());
      long positions = graph.shape(layer.output()).size() / outputs;
      dense = new FactorCost(positions * w.size(), w.size(), 1);
      if (kinds.contains("svd")) {
        Unfolding rows = Unfolding.of(w.shape(), new int[] {layer.outAxis()}, layer.inAxis());
        ways.add(
            new MatrixFactorization(rows.matrix(w), Optional.empty(), positions, gram, multiple));
      }
    }
    return ways.isEmpty()
        ? Optional.empty()
        : Optional.of(new LayerRanks(layer, dense, ways, overhead));
  }

  private Optional<Factorization> convolution(
      String kind, ConvGeometry conv, Tensor w, Optional<DMatrixRMaj> gram) {
    boolean window = conv.kernel() > 1;
    return switch (kind) {
      case "svd" -> {
        DMatrixRMaj filters = Unfolding.mode(w.shape(), 0).matrix(w);
        long positions = conv.positions(conv.axes());
        yield Optional.of(
            new MatrixFactorization(filters, Optional.of(conv), positions, gram, multiple));
      }
      case "spatial-svd" ->
          conv.axes() == 2 && w.shape().dim(2) > 1 && w.shape().dim(3) > 1
              ? Optional.of(new SpatialFactorization(conv, w, multiple))
              : Optional.empty();
      case "tucker-2" ->
          window ? Optional.of(new TuckerFactorization(conv, w, multiple)) : Optional.empty();
      case "cp" ->
          window
              ? Optional.of(new PolyadicFactorization(conv, w, multiple, seed))
              : Optional.empty();
      default -> window ? Optional.of(new SeparableFactorization(conv, w)) : Optional.empty();
    };
  }
}
