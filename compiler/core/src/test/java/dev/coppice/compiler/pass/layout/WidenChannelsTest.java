package dev.coppice.compiler.pass.layout;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class WidenChannelsTest {
  private static final String SAME = "strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1";
  private static final String HALF = "strides=[2,2], pads=[1,1,1,1], dilations=[1,1], group=1";

  private static String with(String graph) {
    return graph.replace("SAME", SAME).replace("HALF", HALF);
  }

  private static void rewrites(String before, String after) {
    GraphAssert.rewrites(new WidenChannels(), with(before), with(after));
  }

  private static void leaves(String graph) {
    GraphAssert.leaves(new WidenChannels(), with(graph));
  }

  @Test
  void aPrunedPair() {
    rewrites(
        """
        graph g(x: f32[1,6,6,16]) -> (y) {
          a = ChannelsLastConv(x, w: f32[12,16,3,3], b: f32[12]) {SAME}
          r = Relu(a)
          y = ChannelsLastConv(r, v: f32[20,12,3,3], c: f32[20]) {SAME}
        }
        """,
        """
        graph g(x: f32[1,6,6,16]) -> (y) {
          a = ChannelsLastConv(x, w: f32[16,16,3,3], b: f32[16]) {SAME}
          r = Relu(a)
          y = ChannelsLastConv(r, v: f32[20,16,3,3], c: f32[20]) {SAME}
        }
        """);
  }

  /** One of both that filtering computes is enough, without bias and activation too. */
  @Test
  void oneConvolutionIsFiltered() {
    rewrites(
        """
        graph g(x: f32[1,6,6,3]) -> (y) {
          a = ChannelsLastConv(x, w: f32[8,3,3,3]) {HALF}
          y = ChannelsLastConv(a, v: f32[16,8,3,3]) {SAME}
        }
        """,
        """
        graph g(x: f32[1,6,6,3]) -> (y) {
          a = ChannelsLastConv(x, w: f32[16,3,3,3]) {HALF}
          y = ChannelsLastConv(a, v: f32[16,16,3,3]) {SAME}
        }
        """);
  }

  @Test
  void neitherIsFiltered() {
    leaves(
        """
        graph g(x: f32[1,6,6,16]) -> (y) {
          a = ChannelsLastConv(x, w: f32[8,16,3,3]) {HALF}
          y = ChannelsLastConv(a, v: f32[8,8,3,3]) {SAME}
        }
        """);
  }

  @Test
  void theValueIsReadElsewhere() {
    leaves(
        """
        graph g(x: f32[1,6,6,16]) -> (y, a) {
          a = ChannelsLastConv(x, w: f32[8,16,3,3]) {SAME}
          y = ChannelsLastConv(a, v: f32[16,8,3,3]) {SAME}
        }
        """);
  }

  @Test
  void tooFewOrEnoughChannels() {
    for (int channels : new int[] {3, 16, 20}) {
      leaves(
          """
          graph g(x: f32[1,6,6,16]) -> (y) {
            a = ChannelsLastConv(x, w: f32[N,16,3,3]) {SAME}
            y = ChannelsLastConv(a, v: f32[16,N,3,3]) {SAME}
          }
          """
              .replace("N", "" + channels));
    }
  }
}
