package dev.coppice.compiler.compress;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the weights of a model: float32 constants (initializers and Constant nodes of the main
 * graph, also behind Identity, Transpose and Reshape) that Conv, ConvTranspose, Gemm and MatMul
 * multiply with. A constant that several layers use is one weight. What is a bias or belongs to a
 * batch normalization anywhere is none.
 */
final class WeightFinder {
  /** Operators that multiply with weights. */
  static final List<String> LAYERS = List.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  /** Longest way from a constant to its layer that is followed. */
  private static final int MAX_CHAIN = 16;

  private final GraphProto graph;
  private final SourceRef file;
  private final DiagnosticSink sink;
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();
  private final Map<String, NodeProto> producers = new LinkedHashMap<>();
  private final Set<String> untouchable = new LinkedHashSet<>();
  private final Map<String, Weight> found = new LinkedHashMap<>();

  private WeightFinder(GraphProto graph, SourceRef file, DiagnosticSink sink) {
    this.graph = graph;
    this.file = file;
    this.sink = sink;
  }

  /**
   * The weights of {@code graph} in the order of their first use.
   *
   * @param sink receives notes on weights that are left alone
   */
  static List<Weight> find(GraphProto graph, SourceRef file, DiagnosticSink sink) {
    WeightFinder finder = new WeightFinder(graph, file, sink);
    finder.index();
    for (NodeProto node : graph.getNodeList()) {
      finder.visit(node);
    }
    return List.copyOf(finder.found.values());
  }

  /** The constant that {@code node} yields, if it is a Constant node with a dense tensor. */
  static Optional<TensorProto> constant(NodeProto node) {
    return isStandard(node) && node.getOpType().equals("Constant") && node.getOutputCount() == 1
        ? attribute(node, "value").filter(AttributeProto::hasT).map(AttributeProto::getT)
        : Optional.empty();
  }

  private void index() {
    for (TensorProto tensor : graph.getInitializerList()) {
      constants.put(tensor.getName(), tensor);
    }
    for (NodeProto node : graph.getNodeList()) {
      constant(node).ifPresent(t -> constants.putIfAbsent(node.getOutput(0), t));
      node.getOutputList().forEach(o -> producers.putIfAbsent(o, node));
      if (!isStandard(node)) {
        continue;
      }
      switch (node.getOpType()) {
        case "Conv", "ConvTranspose", "Gemm" ->
            node.getInputList().stream().skip(2).forEach(untouchable::add);
        case "BatchNormalization" -> untouchable.addAll(node.getInputList());
        default -> {}
      }
    }
  }

  private void visit(NodeProto node) {
    if (!isStandard(node)) {
      return;
    }
    switch (node.getOpType()) {
      case "Conv" -> operand(node, 1, rank -> 0);
      case "ConvTranspose" -> operand(node, 1, rank -> 1);
      case "Gemm" -> {
        operand(node, 0, rank -> flag(node, "transA") ? 1 : 0);
        operand(node, 1, rank -> flag(node, "transB") ? 0 : 1);
      }
      case "MatMul" -> {
        operand(node, 0, rank -> rank - 2);
        operand(node, 1, rank -> rank - 1);
      }
      default -> {}
    }
  }

  private interface ChannelAxis {
    int of(int rank);
  }

  private void operand(NodeProto node, int i, ChannelAxis channel) {
    if (i >= node.getInputCount()) {
      return;
    }
    Optional<ConstantChain> chain = chain(node.getInput(i), 0);
    if (chain.isEmpty()) {
      return;
    }
    String name = chain.get().tensor();
    Weight known = found.get(name);
    if (known != null) {
      found.put(name, known.usedBy(label(node)));
      return;
    }
    TensorProto data = Objects.requireNonNull(constants.get(name));
    if (untouchable.contains(name)) {
      leftAlone(node, name, "a layer uses them as bias or in a batch normalization, too");
    } else if (data.getDataType() != DType.FLOAT32.onnxCode()) {
      leftAlone(node, name, "they are not float32");
    } else {
      int rank = chain.get().dims().size();
      int axis = channel.of(rank);
      boolean valid = rank > 1 && axis >= 0 && axis < rank;
      found.put(
          name,
          new Weight(name, List.of(label(node)), data, valid ? chain.get().axes().get(axis) : -1));
    }
  }

  private void leftAlone(NodeProto node, String name, String why) {
    sink.report(
        DiagnosticCode.WEIGHTS_LEFT_ALONE, file.atNode(label(node), node.getOpType()), name, why);
  }

  private Optional<ConstantChain> chain(String name, int length) {
    TensorProto constant = constants.get(name);
    if (constant != null) {
      return Optional.of(ConstantChain.of(name, constant.getDimsList()));
    }
    NodeProto node = producers.get(name);
    if (node == null || !isStandard(node) || node.getInputCount() == 0 || length == MAX_CHAIN) {
      return Optional.empty();
    }
    return switch (node.getOpType()) {
      case "Identity" -> chain(node.getInput(0), length + 1);
      case "Transpose" -> chain(node.getInput(0), length + 1).flatMap(c -> transpose(node, c));
      case "Reshape" -> chain(node.getInput(0), length + 1).flatMap(c -> reshape(node, c));
      case "DequantizeLinear" -> {
        chain(node.getInput(0), length + 1)
            .ifPresent(c -> leftAlone(node, c.tensor(), "they are quantized already"));
        yield Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private static Optional<ConstantChain> transpose(NodeProto node, ConstantChain chain) {
    int rank = chain.dims().size();
    List<Integer> perm = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      perm.add(rank - 1 - i);
    }
    Optional<AttributeProto> given = attribute(node, "perm");
    if (given.isPresent()) {
      perm = given.get().getIntsList().stream().map(Math::toIntExact).toList();
    }
    boolean valid =
        perm.size() == rank
            && perm.stream().sorted().distinct().count() == rank
            && perm.stream().allMatch(p -> p >= 0 && p < rank);
    return valid ? Optional.of(chain.transposed(perm)) : Optional.empty();
  }

  private Optional<ConstantChain> reshape(NodeProto node, ConstantChain chain) {
    TensorProto shape = node.getInputCount() > 1 ? constants.get(node.getInput(1)) : null;
    if (shape == null || shape.getDataType() != DType.INT64.onnxCode()) {
      return Optional.empty();
    }
    Tensor given = new TensorReader(file, ImportLimits.defaults()).read(shape);
    long size = chain.dims().stream().reduce(1L, (a, b) -> a * b);
    boolean zeroIsZero = flag(node, "allowzero");
    List<Long> dims = new ArrayList<>();
    long rest = size;
    int open = -1;
    for (int i = 0; i < given.size(); i++) {
      long dim = given.longAt(i);
      if (dim == 0 && !zeroIsZero && i < chain.dims().size()) {
        dim = chain.dims().get(i);
      }
      if (dim == -1) {
        open = i;
      } else if (dim > 0) {
        rest /= dim;
      }
      dims.add(dim);
    }
    if (open >= 0) {
      dims.set(open, rest);
    }
    boolean valid =
        dims.stream().allMatch(d -> d > 0) && dims.stream().reduce(1L, (a, b) -> a * b) == size;
    return valid ? Optional.of(chain.reshaped(dims)) : Optional.empty();
  }

  /** The node's name, or its first result where it has none. */
  static String label(NodeProto node) {
    return node.getName().isEmpty() && node.getOutputCount() > 0
        ? node.getOutput(0)
        : node.getName();
  }

  private static boolean isStandard(NodeProto node) {
    return node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
  }

  private static boolean flag(NodeProto node, String name) {
    return attribute(node, name).map(a -> a.getI() != 0).orElse(false);
  }

  private static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }
}
