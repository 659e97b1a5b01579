package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConvTransposeImporterTest {
  /** Sizes of a transposed convolution over one row. */
  private record Sizes(int in, int k, int stride, int dilation, int begin, int end, int more) {
    int out() {
      return stride * (in - 1) + more + (k - 1) * dilation + 1 - begin - end;
    }
  }

  @Test
  void agreesWithTheDefinitionForAnySizes() {
    Random random = new Random(7);
    int tried = 0;
    while (tried < 150) {
      Sizes s =
          new Sizes(
              1 + random.nextInt(5),
              1 + random.nextInt(5),
              1 + random.nextInt(4),
              1 + random.nextInt(3),
              random.nextInt(4),
              random.nextInt(4),
              random.nextInt(4));
      if (s.out() >= 1) {
        check(s, random.nextBoolean(), 1 + random.nextInt(2), tried);
        tried++;
      }
    }
  }

  private static void check(Sizes s, boolean constant, int group, int seed) {
    int c = 2 * group;
    Random random = new Random(seed);
    Tensor x = numbers(random, 1, c, s.in);
    Tensor w = numbers(random, c, 3, s.k);
    Tensor b = numbers(random, 3 * group);
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, c, s.in)
            .output("y")
            .initializer("b", b)
            .node(
                "y = ConvTranspose(x, w, b)",
                attribute("strides", new int[] {s.stride}),
                attribute("dilations", new int[] {s.dilation}),
                attribute("pads", new int[] {s.begin, s.end}),
                attribute("output_padding", new int[] {s.more}),
                attribute("group", group));
    model = constant ? model.initializer("w", w) : model.input("w", DType.FLOAT32, c, 3, s.k);
    Graph graph = Imports.graph(model.model(13));
    Tensor y = new ReferenceInterpreter(graph).run(constant ? List.of(x) : List.of(x, w)).get(0);
    assertEquals(TensorType.of(DType.FLOAT32, 1, 3 * group, s.out()), y.type(), s.toString());
    assertArrayEquals(definition(s, group, x, w, b), y.toFloats(), s.toString());
  }

  private static float[] definition(Sizes s, int group, Tensor x, Tensor w, Tensor b) {
    float[] y = new float[3 * group * s.out()];
    for (int o = 0; o < y.length; o++) {
      y[o] = b.floatAt(o / s.out());
    }
    for (int ic = 0; ic < 2 * group; ic++) {
      for (int oc = 0; oc < 3; oc++) {
        for (int i = 0; i < s.in; i++) {
          for (int k = 0; k < s.k; k++) {
            int o = i * s.stride + k * s.dilation - s.begin;
            if (o >= 0 && o < s.out()) {
              y[(ic / 2 * 3 + oc) * s.out() + o] +=
                  x.floatAt(ic * s.in + i) * w.floatAt((ic * 3 + oc) * s.k + k);
            }
          }
        }
      }
    }
    return y;
  }

  /** Small integers, whose sums are exact. */
  private static Tensor numbers(Random random, int... dims) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, dims), i -> random.nextInt(9) - 4);
  }

  @Test
  void anOutputShapeBeyondTheWindowsIsFilledUpBehind() {
    Graph graph =
        Imports.graph(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 1, 2)
                .initializer("w", Tensor.ofFloats(Shape.of(1, 1, 1), 3))
                .initializer("b", Tensor.ofFloats(Shape.of(1), 10))
                .output("y")
                .node(
                    "y = ConvTranspose(x, w, b)",
                    attribute("strides", new int[] {2}),
                    attribute("output_shape", new int[] {5}))
                .model(13));
    Tensor x = Tensor.ofFloats(Shape.of(1, 1, 2), 1, 2);
    assertArrayEquals(
        new float[] {13, 10, 16, 10, 10},
        new ReferenceInterpreter(graph).run(List.of(x)).get(0).toFloats());
  }

  @Test
  void refusesWhatDoesNotFit() {
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 3, 4)
            .input("w", DType.FLOAT32, 2, 3, 2)
            .output("y")
            .node("y = ConvTranspose(x, w)")
            .model(13),
        "[BadNode] m.onnx, node 'y' (ConvTranspose): operands are f32[1,3,4] and f32[2,3,2] with"
            + " group 1, expected x [N, C, spatial...] and w [C, M/group, kernel...], C divisible"
            + " by group. The model is not valid ONNX; re-export it.");
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 1, 2)
            .input("w", DType.FLOAT32, 1, 1, 2)
            .output("y")
            .node("y = ConvTranspose(x, w)", attribute("pads", new int[] {2, 1}))
            .model(13),
        "[BadNode] m.onnx, node 'y' (ConvTranspose): the result would have 0 places on spatial axis"
            + " 0. The model is not valid ONNX; re-export it.");
  }
}
