package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A product of matrices and the bias behind it are one operator.
 *
 * <pre>
 * t = MatMul(x, w); y = Add(t, b)
 * y = Gemm(x, w, b)
 * </pre>
 *
 * Does not fire if {@code x} or {@code w} has other than two axes, or if the bias is not a constant
 * that is added to each row.
 */
final class MatMulToGemm implements MergeRule {
  @Override
  public String name() {
    return "matmul-to-gemm";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (!Nodes.is(node, "Add") || !merging.broadcasts()) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      Optional<NodeProto> product =
          merging.soleProducer(node.getInput(i)).filter(p -> Nodes.is(p, "MatMul"));
      Optional<Tensor> bias = merging.floats(node.getInput(1 - i));
      if (product.isPresent() && bias.isPresent() && fits(merging, product.get(), bias.get())) {
        List<String> operands =
            List.of(product.get().getInput(0), product.get().getInput(1), node.getInput(1 - i));
        NodeProto gemm = Nodes.of("Gemm", product.get().getName(), operands, node.getOutputList());
        merging.merge(node, List.of(gemm), List.of(product.get()));
        return Optional.of(new Merged(Nodes.label(gemm), "takes in bias " + Nodes.label(node)));
      }
    }
    return Optional.empty();
  }

  private static boolean fits(Merging merging, NodeProto product, Tensor bias) {
    Shape y = merging.shape(product.getOutput(0));
    boolean matrices =
        merging.shape(product.getInput(0)).rank() == 2
            && merging.shape(product.getInput(1)).rank() == 2;
    boolean row =
        bias.shape().rank() > 0
            && bias.shape().rank() <= 2
            && bias.size() == y.dim(-1)
            && bias.shape().dim(-1) == y.dim(-1);
    return matrices && merging.isFloat(product.getOutput(0)) && (row || bias.shape().rank() == 0);
  }
}
