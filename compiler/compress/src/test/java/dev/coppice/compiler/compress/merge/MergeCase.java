package dev.coppice.compiler.compress.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A small model on which a rule is tried. */
record MergeCase(OnnxModels model, int opset) {
  private static final int OPSET = 13;

  /** A model with input {@code x} of these dimensions. */
  static MergeCase of(int... dims) {
    Object[] sizes = new Object[dims.length];
    for (int i = 0; i < dims.length; i++) {
      sizes[i] = dims[i];
    }
    return new MergeCase(OnnxModels.graph().input("x", DType.FLOAT32, sizes), OPSET);
  }

  /** The same in another opset. */
  MergeCase opset(int other) {
    return new MergeCase(model, other);
  }

  /**
   * Adds constants of random data in [-1, 1), named one after the other, all of these dimensions.
   */
  MergeCase weights(String names, int... dims) {
    for (String name : names.split(" ")) {
      model.initializer(name, random(name, dims));
    }
    return this;
  }

  /** Adds a constant of random data in [0.5, 1.5). */
  MergeCase positive(String name, int... dims) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    model.initializer(
        name,
        Tensor.fromDoubles(TensorType.of(DType.FLOAT32, dims), i -> random.nextDouble() + 0.5));
    return this;
  }

  /** Adds constants gamma, beta, mean, var of a batch normalisation, as prefix + g, h, m, v. */
  MergeCase norm(String prefix, int channels) {
    weights(prefix + "g " + prefix + "h " + prefix + "m", channels);
    return positive(prefix + "v", channels);
  }

  /** Adds a constant. */
  MergeCase constant(String name, Tensor data) {
    model.initializer(name, data);
    return this;
  }

  /** Adds a node; see {@link OnnxModels#node}. Attributes are pairs of names and values. */
  MergeCase node(String call, Object... attributes) {
    AttributeProto[] all = new AttributeProto[attributes.length / 2];
    for (int i = 0; i < all.length; i++) {
      all[i] = OnnxModels.attribute((String) attributes[2 * i], attributes[2 * i + 1]);
    }
    model.node(call, all);
    return this;
  }

  /** Adds outputs. */
  MergeCase outputs(String... names) {
    for (String name : names) {
      model.output(name);
    }
    return this;
  }

  static Tensor random(String seed, int... dims) {
    SplittableRandom random = new SplittableRandom(seed.hashCode());
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, dims), i -> random.nextDouble() * 2 - 1);
  }

  private OnnxGraph graph() {
    if (model.build().getOutputCount() == 0) {
      outputs("y");
    }
    return OnnxGraph.of(model.model(opset), ImportOptions.of("m.onnx"));
  }

  /**
   * Requires that {@code rule} leaves these operators, and that the model computes the same, by the
   * reference interpreter and by ONNX Runtime.
   */
  OnnxGraph becomes(String rule, String... operators) {
    return becomes(rule, false, operators);
  }

  /** The same where linear operators merge even if that multiplies more. */
  OnnxGraph becomes(String rule, boolean evenIfLarger, String... operators) {
    OnnxGraph before = graph();
    OnnxGraph after = applied(before, rule, evenIfLarger);
    assertEquals(List.of(operators), after.nodes().stream().map(NodeProto::getOpType).toList());
    assertEquals(before.outputs(), after.outputs());
    SameOutputs.interpreted(before, after);
    List<Tensor> inputs = SameOutputs.inputs(before, 99);
    SameOutputs.runtime(after, inputs, SameOutputs.outputs(before, inputs));
    return after;
  }

  /** Requires that {@code rule} does nothing. */
  void stays(String rule) {
    OnnxGraph before = graph();
    OnnxGraph after = applied(before, rule, false);
    assertEquals(before.nodes(), after.nodes());
  }

  private static OnnxGraph applied(OnnxGraph before, String rule, boolean evenIfLarger) {
    OnnxGraph after = before.copy();
    Merge.run(new Merging(after, layer -> true, evenIfLarger), List.of(rule(rule)));
    return after;
  }

  static MergeRule rule(String name) {
    List<MergeRule> all = new ArrayList<>(MergeRules.STANDARD);
    all.addAll(MergeRules.ON_REQUEST);
    return all.stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }
}
