package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Layer.Kind;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * A convolution or product with constant weights and bias, {@code y = W x + b}; factors alpha and
 * beta of Gemm count as parts of weights and bias.
 *
 * @param node the node
 * @param kind how it multiplies
 * @param data the weights as the node has them
 * @param alpha factor of the weights
 * @param bias per output channel; zeros where there is none
 * @param hasBias whether there is one
 * @param groups groups of a convolution, otherwise 1
 * @param transposed whether weights of a product are {@code [O, I]}
 */
record Linear(
    NodeProto node,
    Kind kind,
    Tensor data,
    double alpha,
    double[] bias,
    boolean hasBias,
    int groups,
    boolean transposed) {

  /** {@code node} as a linear operator on its first operand, if it is one. */
  static Optional<Linear> of(Merging merging, NodeProto node) {
    Optional<Layer> layer =
        Layer.of(node, merging.graph()).stream()
            .filter(l -> l.operand() == 1 && l.kind() != Kind.RECURRENT)
            .findFirst();
    if (layer.isEmpty() || !merging.takes(node) || Nodes.integer(node, "transA", 0) != 0) {
      return Optional.empty();
    }
    Kind kind = layer.get().kind();
    Tensor w = merging.graph().constant(layer.get().weights()).orElseThrow();
    boolean product = kind == Kind.MATMUL || kind == Kind.GEMM;
    if (w.size() == 0 || product && w.shape().rank() != 2 || !product && w.shape().rank() < 3) {
      return Optional.empty();
    }
    Linear plain =
        new Linear(
            node,
            kind,
            w,
            kind == Kind.GEMM ? Nodes.number(node, "alpha", 1) : 1,
            new double[0],
            Nodes.input(node, 2).isPresent(),
            layer.get().groups(),
            kind == Kind.GEMM && Nodes.integer(node, "transB", 0) != 0);
    return plain.biasOf(merging).map(plain::withBias);
  }

  private Linear withBias(double[] values) {
    return new Linear(node, kind, data, alpha, values, hasBias, groups, transposed);
  }

  private Optional<double[]> biasOf(Merging merging) {
    double[] values = new double[outputs()];
    if (!hasBias) {
      return Optional.of(values);
    }
    Optional<Tensor> c = merging.floats(node.getInput(2));
    double beta = kind == Kind.GEMM ? Nodes.number(node, "beta", 1) : 1;
    if (c.isEmpty() || c.get().size() != 1 && !isRow(c.get().shape(), values.length)) {
      return Optional.empty();
    }
    for (int o = 0; o < values.length; o++) {
      values[o] = beta * c.get().doubleAt(c.get().size() == 1 ? 0 : o);
    }
    return Optional.of(values);
  }

  private static boolean isRow(Shape shape, int n) {
    return shape.rank() > 0 && shape.size() == n && shape.dim(-1) == n;
  }

  /** Whether it is a product with a matrix. */
  boolean isProduct() {
    return kind == Kind.MATMUL || kind == Kind.GEMM;
  }

  /** The axis of the result along which output channels lie, for a result of {@code rank} axes. */
  int outputAxis(int rank) {
    return isProduct() ? rank - 1 : 1;
  }

  /** Number of output channels. */
  int outputs() {
    Shape w = data.shape();
    return switch (kind) {
      case CONV -> w.dim(0);
      case CONV_TRANSPOSE -> w.dim(1) * groups;
      default -> w.dim(transposed ? 0 : 1);
    };
  }

  /** Number of input channels. */
  int inputs() {
    Shape w = data.shape();
    return switch (kind) {
      case CONV -> w.dim(1) * groups;
      case CONV_TRANSPOSE -> w.dim(0);
      default -> w.dim(transposed ? 1 : 0);
    };
  }

  /** Kernel places of a convolution; 1 for products. */
  int taps() {
    return isProduct() ? 1 : data.shape().sizeOf(2, data.shape().rank());
  }

  /** Weight {@code i}. */
  double weight(int i) {
    return alpha * data.doubleAt(i);
  }

  /** The output channel that weight {@code i} leads to. */
  int output(int i) {
    int columns = data.shape().dim(1);
    return switch (kind) {
      case CONV -> i / taps() / columns;
      case CONV_TRANSPOSE ->
          i / taps() / columns / (inputs() / groups) * columns + i / taps() % columns;
      default -> transposed ? i / columns : i % columns;
    };
  }

  /** The input channel that weight {@code i} reads. */
  int input(int i) {
    int columns = data.shape().dim(1);
    return switch (kind) {
      case CONV -> output(i) / (outputs() / groups) * columns + i / taps() % columns;
      case CONV_TRANSPOSE -> i / taps() / columns;
      default -> transposed ? i % columns : i / columns;
    };
  }

  /**
   * The index of the weight that leads from input {@code in} to output {@code out} of a product.
   */
  int index(int in, int out) {
    return transposed ? out * data.shape().dim(1) + in : in * data.shape().dim(1) + out;
  }

  /** Multiplications that computing {@code y}, its result, takes. */
  long macs(Shape y) {
    long places = isProduct() ? y.size() / Math.max(1, y.dim(-1)) : y.dim(0);
    for (int a = 2; !isProduct() && a < y.rank(); a++) {
      places *= y.dim(a);
    }
    return places * data.size();
  }

  /**
   * The nodes that compute {@code W x + b} as {@code y}: this one with other weights and bias, and
   * a sum behind it where MatMul needs one.
   *
   * @param newBias empty if there is none
   */
  List<NodeProto> with(
      Merging merging, String x, Tensor weights, Optional<double[]> newBias, String y) {
    Optional<Tensor> b = newBias.map(v -> Tensor.fromDoubles(vector(v.length), i -> v[i]));
    NodeProto plain = Nodes.without(Nodes.without(node, "alpha"), "beta");
    NodeProto.Builder made = (kind == Kind.GEMM ? plain : node).toBuilder().clearInput();
    made.addInput(x).addInput(merging.store(node, 1, weights));
    if (kind == Kind.MATMUL && b.isPresent()) {
      String own = node.getOutput(0);
      String product =
          own.equals(y) || merging.graph().isOutput(own)
              ? merging.value(own + ".product", merging.type(y))
              : own;
      String label = Nodes.label(node) + ".bias";
      String constant = merging.graph().addConstant(label, b.get());
      return List.of(
          made.setOutput(0, product).build(),
          Nodes.of("Add", "", List.of(product, constant), List.of(y)));
    }
    b.ifPresent(v -> made.addInput(merging.store(node, 2, v)));
    return List.of(made.setOutput(0, y).build());
  }

  private TensorType vector(int n) {
    return data.type().with(Shape.of(n));
  }
}
