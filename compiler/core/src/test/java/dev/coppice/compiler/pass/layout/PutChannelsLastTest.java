package dev.coppice.compiler.pass.layout;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class PutChannelsLastTest {
  private static final String ONES = "strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1";

  private static void rewrites(String before, String after) {
    GraphAssert.rewrites(
        new PutChannelsLast(), before.replace("ONES", ONES), after.replace("ONES", ONES));
  }

  private static void leaves(String graph) {
    GraphAssert.leaves(new PutChannelsLast(), graph.replace("ONES", ONES));
  }

  @Test
  void convolutionsAndWhatIsBetweenThem() {
    rewrites(
        """
        graph g(x: f32[1,8,6,5]) -> (y) {
          a = Conv(x, w: f32[8,8,3,3], b: f32[8]) {ONES}
          c = Relu(a)
          y = Conv(c, v: f32[8,8,3,3]) {ONES}
        }
        """,
        """
        graph g(x: f32[1,8,6,5]) -> (y) {
          t = Transpose(x) {perm=[0,2,3,1]}
          a = ChannelsLastConv(t, w: f32[8,8,3,3], b: f32[8]) {ONES}
          c = Relu(a)
          d = ChannelsLastConv(c, v: f32[8,8,3,3]) {ONES}
          y = Transpose(d) {perm=[0,3,1,2]}
        }
        """);
  }

  /** A value is transposed once, whoever reads it; a residual that is read so stays so. */
  @Test
  void severalReadersShareATransposition() {
    rewrites(
        """
        graph g(x: f32[1,8,6,5]) -> (y, z) {
          a = Conv(x, w: f32[8,8,3,3]) {ONES}
          b = Conv(x, v: f32[8,8,3,3]) {ONES}
          c = Add(a, b)
          y = Add(c, x)
          z = Relu(x)
        }
        """,
        """
        graph g(x: f32[1,8,6,5]) -> (y, z) {
          t = Transpose(x) {perm=[0,2,3,1]}
          a = ChannelsLastConv(t, w: f32[8,8,3,3]) {ONES}
          b = ChannelsLastConv(t, v: f32[8,8,3,3]) {ONES}
          c = Add(a, b)
          d = Add(c, t)
          y = Transpose(d) {perm=[0,3,1,2]}
          z = Relu(x)
        }
        """);
  }

  /** Constants and values of fewer dimensions get those that they are broadcast along. */
  @Test
  void operandsThatAreBroadcast() {
    rewrites(
        """
        graph g(x: f32[1,8,6,5], s: f32[8,1,1], q: f32[5]) -> (y) {
          a = Conv(x, w: f32[8,8,3,3]) {ONES}
          b = Mul(a, s)
          c = Add(b, k: f32[] = 2.0)
          d = Mul(c, q)
          y = Conv(d, v: f32[8,8,3,3]) {ONES}
        }
        """,
        """
        graph g(x: f32[1,8,6,5], s: f32[8,1,1], q: f32[5]) -> (y) {
          t = Transpose(x) {perm=[0,2,3,1]}
          a = ChannelsLastConv(t, w: f32[8,8,3,3]) {ONES}
          s1 = Reshape(s) {shape=[1,8,1,1]}
          s2 = Transpose(s1) {perm=[0,2,3,1]}
          b = Mul(a, s2)
          c = Add(b, k: f32[] = 2.0)
          q1 = Reshape(q) {shape=[1,1,1,5]}
          q2 = Transpose(q1) {perm=[0,2,3,1]}
          d = Mul(c, q2)
          e = ChannelsLastConv(d, v: f32[8,8,3,3]) {ONES}
          y = Transpose(e) {perm=[0,3,1,2]}
        }
        """);
  }

  @Test
  void operatorsThatNameAxes() {
    rewrites(
        """
        graph g(x: f32[1,8,6,5]) -> (y) {
          a = Conv(x, w: f32[8,8,3,3]) {ONES}
          b, c = Split(a) {axis=1, sizes=[3,5]}
          d = Pad(b) {mode=CONSTANT, pads=[0,5,1,2,0,0,3,4], value=0.0}
          e = Slice(d) {starts=[0,0,2,1], steps=[1,1,1,2], shape=[1,8,4,5]}
          f = Softmax(e) {axis=1}
          h = Concat(f, k: f32[1,8,4,6]) {axis=3}
          i = Resize(h) {mode=NEAREST, coordinates=ASYMMETRIC, nearest=FLOOR, cubicCoefficient=-0.75, excludeOutside=false, antialias=false, extrapolation=0.0, roi=[], scales=[1.0,1.0,2.0,3.0], shape=[1,8,8,33]}
          y = Conv(i, v: f32[8,8,3,3]) {ONES}
        }
        """,
        """
        graph g(x: f32[1,8,6,5]) -> (y) {
          t = Transpose(x) {perm=[0,2,3,1]}
          a = ChannelsLastConv(t, w: f32[8,8,3,3]) {ONES}
          b, c = Split(a) {axis=3, sizes=[3,5]}
          d = Pad(b) {mode=CONSTANT, pads=[0,1,2,5,0,3,4,0], value=0.0}
          e = Slice(d) {starts=[0,2,1,0], steps=[1,1,2,1], shape=[1,4,5,8]}
          f = Softmax(e) {axis=3}
          k1 = Transpose(k: f32[1,8,4,6]) {perm=[0,2,3,1]}
          h = Concat(f, k1) {axis=2}
          i = Resize(h) {mode=NEAREST, coordinates=ASYMMETRIC, nearest=FLOOR, cubicCoefficient=-0.75, excludeOutside=false, antialias=false, extrapolation=0.0, roi=[], scales=[1.0,2.0,3.0,1.0], shape=[1,8,33,8]}
          j = ChannelsLastConv(i, v: f32[8,8,3,3]) {ONES}
          y = Transpose(j) {perm=[0,3,1,2]}
        }
        """);
  }

  @Test
  void poolsAndNormalizations() {
    rewrites(
        """
        graph g(x: f32[1,8,6,5]) -> (y) {
          a = Conv(x, w: f32[8,8,3,3]) {ONES}
          b = MaxPool(a) {kernel=[2,2], strides=[1,1], pads=[0,0,0,0], dilations=[1,1], outputShape=[5,4]}
          c = AveragePool(b) {kernel=[2,2], strides=[1,1], pads=[0,0,0,0], dilations=[1,1], countIncludePad=false, outputShape=[4,3]}
          d = Lrn(c) {size=3, alpha=1.0E-4, beta=0.75, bias=1.0, axis=1}
          e = BatchNormalization(d, s: f32[8], h: f32[8], m: f32[8], var: f32[8]) {epsilon=0.0, axis=1}
          y = Conv(e, v: f32[8,8,3,3]) {ONES}
        }
        """,
        """
        graph g(x: f32[1,8,6,5]) -> (y) {
          t = Transpose(x) {perm=[0,2,3,1]}
          a = ChannelsLastConv(t, w: f32[8,8,3,3]) {ONES}
          b = ChannelsLastMaxPool(a) {kernel=[2,2], strides=[1,1], pads=[0,0,0,0], dilations=[1,1], outputShape=[5,4]}
          c = ChannelsLastAveragePool(b) {kernel=[2,2], strides=[1,1], pads=[0,0,0,0], dilations=[1,1], countIncludePad=false, outputShape=[4,3]}
          d = Lrn(c) {size=3, alpha=1.0E-4, beta=0.75, bias=1.0, axis=3}
          e = BatchNormalization(d, s: f32[8], h: f32[8], m: f32[8], var: f32[8]) {epsilon=0.0, axis=3}
          f = ChannelsLastConv(e, v: f32[8,8,3,3]) {ONES}
          y = Transpose(f) {perm=[0,3,1,2]}
        }
        """);
  }

  /** What has no channels any more, or no places, has one order. */
  @Test
  void reductionsThatDropAxes() {
    rewrites(
        """
        graph g(x: f32[1,8,6,5]) -> (y, z, u) {
          a = Conv(x, w: f32[8,8,3,3]) {ONES}
          y = Reduce(a) {kind=MEAN, axes=[2,3], keepdims=false}
          z = ArgMax(a) {axis=1, keepdims=false, selectLastIndex=false}
          u = Reduce(a) {kind=SUM, axes=[2], keepdims=false}
        }
        """,
        """
        graph g(x: f32[1,8,6,5]) -> (y, z, u) {
          t = Transpose(x) {perm=[0,2,3,1]}
          a = ChannelsLastConv(t, w: f32[8,8,3,3]) {ONES}
          y = Reduce(a) {kind=MEAN, axes=[1,2], keepdims=false}
          z = ArgMax(a) {axis=3, keepdims=false, selectLastIndex=false}
          u1 = Reduce(a) {kind=SUM, axes=[1], keepdims=false}
          u = Transpose(u1) {perm=[0,2,1]}
        }
        """);
  }

  /** The transposition that the model has is the one that is needed. */
  @Test
  void transpositionsOfTheModelCount() {
    rewrites(
        """
        graph g(x: f32[1,64,64,4]) -> (y) {
          a = Transpose(x) {perm=[0,3,1,2]}
          b = Conv(a, w: f32[4,4,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
          y = Transpose(b) {perm=[0,2,3,1]}
        }
        """,
        """
        graph g(x: f32[1,64,64,4]) -> (y) {
          a = Transpose(x) {perm=[0,3,1,2]}
          t = Transpose(a) {perm=[0,2,3,1]}
          b = ChannelsLastConv(t, w: f32[4,4,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
          c = Transpose(b) {perm=[0,3,1,2]}
          y = Transpose(c) {perm=[0,2,3,1]}
        }
        """);
  }

  /** So few products for so many elements. */
  @Test
  void leavesConvolutionsThatSaveLessThanTranspositionsCost() {
    leaves(
        """
        graph g(x: f32[1,4,64,64]) -> (y) {
          a = Relu(x)
          y = Conv(a, w: f32[4,4,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
        }
        """);
  }

  /** Kernels that leave out zeros are faster with channels first. */
  @Test
  void leavesSparseWeights() {
    String zeros = "0.0,".repeat(575) + "0.5";
    leaves(
        """
        graph g(x: f32[1,8,6,5]) -> (y) {
          a = Conv(x, w: f32[8,8,3,3] = [ZEROS]) {ONES}
          y = Relu(a)
        }
        """
            .replace("ZEROS", zeros.replace(",", ", ")));
  }

  @Test
  void leavesWeightsKnownOnlyAtRunTimeAndOtherTypes() {
    leaves(
        """
        graph g(x: f32[1,8,6,5], w: f32[8,8,3,3], d: f64[1,8,6,5]) -> (y, z) {
          y = Conv(x, w) {ONES}
          z = Conv(d, v: f64[8,8,3,3]) {ONES}
        }
        """);
  }
}
