package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sequences within a graph give what ONNX Runtime gives; positions must be known. */
final class SequenceImporterTest {
  private static final String INVALID = " The model is not valid ONNX; re-export it.";

  private static Tensor random(int seed, int... dims) {
    Random r = new Random(seed);
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, dims), i -> r.nextFloat());
  }

  private static Tensor index(long value) {
    return Tensor.ofLongs(Shape.SCALAR, value);
  }

  private static void agrees(OnnxModels graph, Tensor... inputs) {
    RuntimeOracle.assertAgrees(RuntimeOracle.model(graph), List.of(inputs), 0, 0);
  }

  @Test
  void partsOfUnequalSizesAreJoinedInAnotherOrder() {
    agrees(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 7, 3)
            .initializer("size", index(3))
            .initializer("first", index(0))
            .node("parts = SplitToSequence(x, size)", attribute("axis", 0))
            .node("last = SequenceAt(parts, end)")
            .initializer("end", index(-1))
            .node("moved = SequenceInsert(parts, last, first)")
            .node("fewer = SequenceErase(moved)")
            .node("y = ConcatFromSequence(fewer)", attribute("axis", 0))
            .node("n = SequenceLength(fewer)")
            .output("y", DType.FLOAT32, 7, 3)
            .output("n", DType.INT64),
        random(1, 7, 3));
  }

  @Test
  void slicesWithoutTheirAxisAreStacked() {
    agrees(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2, 3, 4)
            .node("parts = SplitToSequence(x)", attribute("axis", 1), attribute("keepdims", 0))
            .node("y = ConcatFromSequence(parts)", attribute("axis", -1), attribute("new_axis", 1))
            .output("y", DType.FLOAT32, 2, 4, 3),
        random(2, 2, 3, 4));
  }

  @Test
  void positionIsKnownOnlyAtRunTime() {
    for (int at : new int[] {0, 2, -1}) {
      agrees(
          OnnxModels.graph()
              .input("x", DType.FLOAT32, 6, 2)
              .input("at", DType.INT64)
              .initializer("size", index(2))
              .node("parts = SplitToSequence(x, size)")
              .node("y = SequenceAt(parts, at)")
              .output("y", DType.FLOAT32, 2, 2),
          random(3, 6, 2),
          index(at));
    }
  }

  @Test
  void branchesGiveSequences() {
    for (int way = 0; way < 2; way++) {
      OnnxModels swapped = OnnxModels.graph().node("t = SequenceConstruct(b, a)").output("t");
      OnnxModels same = OnnxModels.graph().node("e = SequenceConstruct(a, b)").output("e");
      agrees(
          OnnxModels.graph()
              .input("x", DType.FLOAT32, 2, 3)
              .input("k", DType.INT64)
              .initializer("one", index(1))
              .node("c = Equal(k, one)")
              .node("a = Relu(x)")
              .node("b = Exp(x)")
              .node("s = If(c)", attribute("then_branch", swapped), attribute("else_branch", same))
              .initializer("zero", index(0))
              .node("y = SequenceAt(s, zero)")
              .output("y", DType.FLOAT32, 2, 3),
          random(4, 2, 3),
          index(way));
    }
  }

  @Test
  void runTimeBodiesTakeSequencesFromAround() {
    OnnxModels body =
        OnnxModels.graph()
            .input("i", DType.INT64)
            .input("go", DType.BOOL)
            .input("sum", DType.FLOAT32, 2)
            .node("more = Identity(go)")
            .node("part = SequenceAt(parts, i)")
            .node("next = Add(sum, part)")
            .output("more", DType.BOOL)
            .output("next", DType.FLOAT32, 2);
    agrees(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 3, 2)
            .input("n", DType.INT64)
            .initializer("start", Tensor.splat(TensorType.of(DType.FLOAT32, 2), 0))
            .node("parts = SplitToSequence(x)", attribute("keepdims", 0))
            .node("y = Loop(n, , start)", attribute("body", body))
            .output("y", DType.FLOAT32, 2),
        random(5, 3, 2),
        index(3));
  }

  @Test
  void whatIsNoSequenceOrOutsideIsRefused() {
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .initializer("at", index(2))
            .node("s = SequenceConstruct(x, x)")
            .node("y = SequenceAt(s, at)")
            .output("y")
            .model(17),
        "[BadNode] m.onnx, node 'y' (SequenceAt): position 2 of a sequence of 2 elements."
            + INVALID);
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .node("y = SequenceLength(x)")
            .output("y")
            .model(17),
        "[BadNode] m.onnx, node 'y' (SequenceLength): operand 0 is a tensor, expected a sequence."
            + INVALID);
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .node("s = SequenceConstruct(x, x)")
            .node("y = Relu(s)")
            .output("y")
            .model(17),
        "[BadNode] m.onnx, node 'y' (Relu): operand 0 is a sequence or optional, expected a"
            + " tensor."
            + INVALID);
  }
}
