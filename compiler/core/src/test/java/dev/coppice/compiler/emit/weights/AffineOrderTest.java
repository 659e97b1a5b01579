package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.Pipelines;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.runtime.Weights;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the compiler finds in an order is what the runtime makes of it. */
class AffineOrderTest {
  private static final String HASH = "ef".repeat(32);

  @Test
  void aTensorInItsOwnOrderIsOneRun() {
    AffineOrder order = found(100, i -> i);
    assertEquals(List.of(OrderNode.run(0, 1, 100)), order.nodes());
    assertTrue(order.isIdentity(100));
    assertTrue(!order.isIdentity(101));
    assertTrue(found(0, i -> i).isIdentity(0));
  }

  @Test
  void transposedMatricesAreALoop() {
    assertEquals(
        List.of(OrderNode.loop(0, 1, 9, List.of(OrderNode.run(0, 9, 10)))),
        found(90, i -> i % 10 * 9 + i / 10).nodes());
  }

  @Test
  void paddingIsZerosOfALoop() {
    // Ten of sixteen lanes.
    assertEquals(
        List.of(OrderNode.loop(0, 1, 9, List.of(OrderNode.run(0, 9, 10), OrderNode.zeros(6)))),
        found(144, i -> i % 16 < 10 ? i % 16 * 9 + i / 16 : -1).nodes());
  }

  @Test
  void whatIsLeftOverFollowsItsLoop() {
    // [n=20, k=6] read in panels of 8, 8 and 4 columns.
    IntUnaryOperator panels =
        i -> {
          int panel = i / 48;
          int width = panel == 2 ? 4 : 8;
          int at = i - 48 * panel;
          return (8 * panel + at % width) * 6 + at / width;
        };
    OrderNode full = OrderNode.loop(0, 1, 6, List.of(OrderNode.run(0, 6, 8)));
    OrderNode last = OrderNode.loop(96, 1, 6, List.of(OrderNode.run(0, 6, 4)));
    assertEquals(
        List.of(OrderNode.loop(0, 48, 2, List.of(full)), last), found(120, panels).nodes());
    // The same in each of three groups is one loop more.
    AffineOrder groups = found(360, i -> i / 120 * 120 + panels.applyAsInt(i % 120));
    assertEquals(1, groups.nodes().size());
    assertEquals(3, groups.nodes().get(0).count());
  }

  @Test
  void placesMayRunBackwards() {
    assertEquals(List.of(OrderNode.run(8, -1, 9)), found(9, i -> 8 - i).nodes());
    assertEquals(
        List.of(OrderNode.loop(8, 9, 5, List.of(OrderNode.run(0, -1, 9)))),
        found(45, i -> i / 9 * 9 + 8 - i % 9).nodes());
  }

  @Test
  void anythingElseIsNoOrder() {
    Random random = new Random(7);
    int[] order = IntStream.range(0, 5000).toArray();
    for (int i = order.length; i > 1; i--) {
      int j = random.nextInt(i);
      int t = order[i - 1];
      order[i - 1] = order[j];
      order[j] = t;
    }
    assertEquals(Optional.empty(), AffineOrder.of(order.length, i -> order[i]));
    assertEquals(Optional.empty(), AffineOrder.of(AffineOrder.MAX_SIZE + 1, i -> i));
    // Short ones are written out.
    assertTrue(found(30, i -> order[i]).bytes() > 30);
  }

  @Test
  void nestsOfAnyShapeAreReproduced() {
    Random random = new Random(8);
    for (int round = 0; round < 2000; round++) {
      int[] extents = new int[1 + random.nextInt(5)];
      int[] strides = new int[extents.length];
      int[] used = new int[extents.length];
      int size = 1;
      for (int d = 0; d < extents.length; d++) {
        extents[d] = 1 + random.nextInt(d == 0 ? 9 : 5);
        strides[d] = random.nextInt(200);
        used[d] = random.nextInt(3) == 0 ? 1 + random.nextInt(extents[d]) : extents[d];
        size *= extents[d];
      }
      IntUnaryOperator order =
          i -> {
            int place = 0;
            for (int d = extents.length - 1; d >= 0; d--) {
              if (i % extents[d] >= used[d]) {
                return -1;
              }
              place += i % extents[d] * strides[d];
              i /= extents[d];
            }
            return place;
          };
      Optional<AffineOrder> found = AffineOrder.of(size, order);
      assertTrue(found.isPresent(), round + ": " + List.of(extents.length, size));
      assertReproduced(found.get(), 9 * 5 * 200, order);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'64, 48, 3, 3', 1, 1, 1, 48", // by fewer products where that is possible
    "'40, 24, 3, 3', 1, 1, 1, 24", // a panel and a half
    "'10, 3, 5, 5', 2, 2, 1, 3", // few channels
    "'40, 40, 1, 1', 1, 0, 1, 40",
    "'128, 64, 3, 3', 2, 1, 1, 64",
    "'48, 16, 3, 3', 1, 1, 3, 48", // groups
    "'40, 1, 3, 3', 1, 1, 40, 40", // channels alone
    "'24, 1, 5, 5', 2, 2, 24, 24"
  })
  void kernelsReadConvolutionsInFewLoops(String w, int stride, int pad, int group, int channels) {
    String text =
        """
        graph g(x: f32[1,%d,28,28]) -> (y) {
          const w: f32[%s]
          const b: f32[%s]
          y = Conv(x, w, b) {strides=[%d, %d], pads=[%d, %d, %d, %d], dilations=[1, 1], group=%d}
        }
        """
            .formatted(channels, w, w.split(",")[0], stride, stride, pad, pad, pad, pad, group);
    assertFewLoops(text, 24);
  }

  @Test
  void kernelsReadSeparableConvolutionsInFewLoops() {
    assertFewLoops(
        """
        graph g(x: f32[1,16,28,28]) -> (y) {
          const v: f32[40,16,1,1]
          const w: f32[40,1,3,3]
          const c: f32[40]
          const z: f32[72,40,1,1]
          a = Conv(x, v) {strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}
          b = Conv(a, w, c) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=40}
          y = Conv(b, z) {strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}
        }
        """,
        12);
  }

  @Test
  void kernelsReadChannelsSideBySideInFewLoops() {
    assertFewLoops(
        """
        graph g(x: f32[1,28,28,40]) -> (y) {
          const v: f32[40,1,3,3]
          const b: f32[40]
          const w: f32[20,40,3,3]
          a = ChannelsLastConv(x, v, b) {%1$s, group=40}
          y = ChannelsLastConv(a, w) {%1$s, group=1}
        }
        """
            .formatted("strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1]"),
        12);
  }

  @ParameterizedTest
  @CsvSource({"1, 100, 40", "3, 64, 250", "70, 33, 17"})
  void kernelsReadMatricesInFewLoops(int rows, int k, int n) {
    assertFewLoops(
        """
        graph g(x: f32[%d,%d]) -> (y) {
          const w: f32[%d,%d]
          y = MatMul(x, w)
        }
        """
            .formatted(rows, k, k, n),
        12);
  }

  /** Whether the weights of the plans of both backends are read in at most so many loops. */
  private static void assertFewLoops(String text, int most) {
    for (Emitter emitter : Emitters.all()) {
      var graph =
          Pipelines.of(emitter.target())
              .run(GraphText.parse(text), new PassContext(new DiagnosticSink()));
      for (WeightTensor w : KernelPlanner.plan(graph, emitter.target()).weights()) {
        Reordered r = w.weights().stored();
        AffineOrder order = found(r.data().size(), r.order());
        int loops = order.nodes().stream().mapToInt(OrderNode::size).sum();
        assertTrue(loops <= most, emitter.name() + ", " + w.name() + ": " + order);
        assertReproduced(order, r.source().size(), r.order());
        for (int i = 0; i < r.data().size(); i++) {
          int at = r.order().applyAsInt(i);
          assertEquals(at < 0 ? 0 : r.source().doubleAt(at), r.data().doubleAt(i), w.name());
        }
      }
    }
  }

  private static AffineOrder found(int size, IntUnaryOperator order) {
    return AffineOrder.of(size, order).orElseThrow();
  }

  private static void assertReproduced(AffineOrder found, int stored, IntUnaryOperator order) {
    float[] places = new float[stored];
    for (int i = 0; i < stored; i++) {
      places[i] = i + 1;
    }
    WeightsWriter writer = new WeightsWriter(HASH).add(Section.of(found, 1));
    writer.add(WeightEncoding.choose(Tensor.ofFloats(Shape.of(stored), places), 0));
    byte[] file = writer.toByteArray();
    assertEquals(writer.byteCount(), file.length);
    Weights in = Weights.of(HASH, PackedWriter.pack(file).toArray(String[]::new));
    float[] read = in.floats();
    in.end();
    assertEquals(found.size(), read.length);
    for (int i = 0; i < read.length; i++) {
      assertEquals(Math.max(-1, order.applyAsInt(i)) + 1, read[i], "element " + i);
    }
  }
}
