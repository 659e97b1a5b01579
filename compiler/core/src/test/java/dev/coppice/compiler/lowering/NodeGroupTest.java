package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Chooser.Question;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.testing.GraphText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeGroupTest {
  private static final String POINTWISE =
      "{strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}";

  private static final String NETWORK =
      """
      graph g(x: f32[1,12,14,24]) -> (y) {
        const w: f32[64,24,1,1]
        c = ChannelsLastConv(x, w) %1$s
        r = Relu(c)
        const v: f32[64,1,3,3]
        d = ChannelsLastConv(r, v) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=64}
        const s: f32[64]
        e = Mul(d, s)
        const w2: f32[64,64,1,1]
        f = ChannelsLastConv(e, w2) %1$s
        g = Add(f, e)
        h = Mul(g, k: f32[] = 2.0)
        y = Clip(h) {min=0.0, max=6.0}
      }
      """
          .formatted(POINTWISE);

  private static List<Question> questions(String graph, Target target) {
    List<Question> questions = new ArrayList<>();
    KernelPlanner.plan(
        GraphText.parse(graph),
        target,
        question -> {
          questions.add(question);
          return Optional.empty();
        });
    return questions;
  }

  @Test
  void saysAllThatTheKernelComputes() {
    List<String> geometries =
        questions(NETWORK, Target.PORTABLE).stream().map(Question::geometry).toList();
    String attributes = "{strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}";
    assertEquals(
        "ChannelsLastConv"
            + attributes
            + "(f32[1,12,14,64], const f32[64,64,1,1]) then Add(residual), Mul(scalar),"
            + " Clip{min=0.0, max=6.0}",
        geometries.get(geometries.size() - 1));
    assertTrue(
        geometries.stream().anyMatch(g -> g.contains("then Mul(channel); x = ChannelsLastConv")),
        geometries.toString());
  }

  @Test
  void namesDoNotMatterAndSizesDo() {
    String renamed =
        NETWORK
            .replace("r = Relu(c)", "first = Relu(c)")
            .replace("ChannelsLastConv(r, v)", "ChannelsLastConv(first, v)");
    assertEquals(geometries(NETWORK), geometries(renamed));
    assertNotEquals(geometries(NETWORK), geometries(NETWORK.replace("12,14", "14,12")));
  }

  private static List<String> geometries(String graph) {
    return questions(graph, Target.VECTOR).stream().map(Question::geometry).toList();
  }

  /** The question about the graph of a group alone is the question that it came from. */
  @Test
  void aGroupAloneIsTheSameGroup() {
    for (Target target : List.of(Target.PORTABLE, Target.VECTOR)) {
      for (Question question : questions(NETWORK, target)) {
        Graph alone = question.alone().get();
        List<Question> again = new ArrayList<>();
        KernelPlan plan =
            KernelPlanner.plan(
                alone,
                target,
                q -> {
                  again.add(q);
                  return Optional.empty();
                });
        assertEquals(question.geometry(), again.get(0).geometry());
        assertEquals(question.candidates(), again.get(0).candidates());
        assertEquals(
            new ReferenceInterpreter(alone).run(SeededInputs.of(alone, 1)).get(0).type(),
            alone.outputs().get(0).value().type());
        assertTrue(plan.calls().size() <= 2, plan.calls().toString());
      }
    }
  }
}
