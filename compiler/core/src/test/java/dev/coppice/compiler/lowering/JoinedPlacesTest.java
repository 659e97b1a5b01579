package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Chooser;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.ManyThreads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinedPlacesTest {
  private static final Emitter VECTOR =
      Emitters.all().stream().filter(e -> e.target().vectorApi()).findFirst().orElseThrow();

  /** Names of the kernels of {@code text}, whose results are the interpreter's. */
  private static List<String> kernels(String text) {
    Graph graph = GraphText.parse(text);
    KernelPlan plan = KernelPlanner.plan(graph, Target.VECTOR);
    agrees(graph, plan);
    return names(plan);
  }

  private static List<String> names(KernelPlan plan) {
    return plan.calls().stream().map(c -> c.kernel().name()).toList();
  }

  /** Fails unless the plan, whole, in parts and compiled, agrees with the interpreter. */
  private static void agrees(Graph graph, KernelPlan plan) {
    agreesInterpreted(graph, plan);
    agreesCompiled(List.of(graph), List.of(plan));
  }

  private static void agreesInterpreted(Graph graph, KernelPlan plan) {
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    List<Tensor> expected = new ReferenceInterpreter(graph).run(inputs);
    same(expected, PlanInterpreter.run(plan, MemoryPlanner.plan(plan), inputs), plan);
    KernelPlan parts = ManyThreads.inParts(plan, Target.VECTOR.withThreads(2));
    same(expected, PlanInterpreter.run(parts, MemoryPlanner.plan(parts), inputs), parts);
  }

  private static void agreesCompiled(List<Graph> graphs, List<KernelPlan> plans) {
    List<CompiledPlan> compiled = CompiledPlan.of(plans, VECTOR);
    for (int i = 0; i < plans.size(); i++) {
      List<Tensor> inputs = SeededInputs.of(graphs.get(i), 1);
      List<Tensor> expected = new ReferenceInterpreter(graphs.get(i)).run(inputs);
      same(expected, compiled.get(i).run(inputs), plans.get(i));
    }
  }

  private static void same(List<Tensor> expected, List<Tensor> actual, KernelPlan plan) {
    for (int j = 0; j < expected.size(); j++) {
      for (int i = 0; i < expected.get(j).size(); i++) {
        double e = expected.get(j).doubleAt(i);
        double a = actual.get(j).doubleAt(i);
        assertTrue(
            new Tolerance(1e-3, 1e-3).accepts(e, a),
            a + " instead of " + e + " at " + i + ": " + names(plan) + plan.choices());
      }
    }
  }

  private static String conv(String x, String name, int c, int oc, int size, String rest) {
    return String.format(
        Locale.ROOT,
        """
          const %2$sW: f32[%4$d,%3$d,%5$d,%5$d]
          const %2$sB: f32[%4$d]
          %2$s = ChannelsLastConv(%1$s, %2$sW, %2$sB) {%6$s}
        """,
        x,
        name,
        c,
        oc,
        size,
        rest);
  }

  private static String graph(int channels, String... body) {
    return String.format(Locale.ROOT, "graph g(x: f32[2,4,5,%d]) -> (y) {%n", channels)
        + String.join("", body)
        + "}\n";
  }

  private static String one(int group) {
    return "strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=" + group;
  }

  private static String three(int group) {
    return "strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=" + group;
  }

  private static String pool(String kind, String x, String name) {
    return "  %s = ChannelsLast%s(%s) {kernel=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], outputShape=[4, 5]%s}\n"
        .formatted(name, kind, x, kind.equals("AveragePool") ? ", countIncludePad=false" : "");
  }

  /** What computes {@code p} of {@code x: f32[2,4,5,channels]}, one for each way to store. */
  private static List<String> producers(int channels) {
    List<String> all = new ArrayList<>();
    for (int oc : new int[] {5, 20, 32}) {
      String each = "  const each: f32[" + oc + "]\n";
      all.add(conv("x", "p", channels, oc, 1, one(1)));
      all.add(conv("x", "q", channels, oc, 1, one(1)) + "  p = Sigmoid(q)\n");
      all.add(conv("x", "p", channels, oc, 3, three(1)));
      all.add(conv("x", "q", channels, oc, 3, three(1)) + "  p = Relu(q)\n");
      all.add(each + conv("x", "q", channels, oc, 3, three(1)) + "  p = Mul(q, each)\n");
    }
    all.add(pool("MaxPool", "x", "p"));
    all.add(pool("MaxPool", "x", "q") + "  p = Relu(q)\n");
    all.add(pool("AveragePool", "x", "p"));
    if (channels >= 16) {
      all.add(conv("x", "p", channels / 2, 24, 3, three(2)));
      all.add(conv("x", "p", 1, channels, 3, three(channels)));
      all.add(conv("x", "q", 1, channels, 3, three(channels)) + "  p = Sigmoid(q)\n");
      all.add(conv("x", "r", channels, 32, 1, one(1)) + conv("r", "p", 1, 32, 3, three(32)));
    }
    return all;
  }

  /** Every way to store is met, by every schedule, on both sides of another operand. */
  @ParameterizedTest
  @ValueSource(ints = {3, 32})
  void everyScheduleStoresWhereItsResultBelongs(int channels) {
    List<Graph> graphs = new ArrayList<>();
    List<KernelPlan> plans = new ArrayList<>();
    int stored = 0;
    for (String producer : producers(channels)) {
      String text =
          graph(
              channels,
              conv("x", "a", channels, 17, 1, one(1)),
              producer,
              pool("MaxPool", "x", "b"),
              "  y = Concat(a, p, b) {axis=3}\n");
      Graph graph = GraphText.parse(text);
      KernelPlan first = KernelPlanner.plan(graph, Target.VECTOR);
      for (String schedule :
          first.choices().stream()
              .flatMap(c -> c.ranked().stream())
              .map(p -> p.schedule())
              .distinct()
              .toList()) {
        Chooser named =
            q -> q.schedules().contains(schedule) ? Optional.of(schedule) : Optional.empty();
        KernelPlan plan = KernelPlanner.plan(graph, Target.VECTOR, named);
        List<String> names = names(plan);
        assertTrue(names.stream().noneMatch(n -> n.equals("concat")), text);
        stored += names.contains("copyPlaces") ? 0 : 1;
        agreesInterpreted(graph, plan);
      }
      graphs.add(graph);
      plans.add(first);
    }
    agreesCompiled(graphs, plans);
    assertTrue(stored > 20, stored + " plans without a copy");
  }

  @Test
  void whatCannotBeStoredThereIsCopied() {
    assertEquals(
        List.of("conv", "copyPlaces", "copyPlaces"),
        kernels(
            graph(
                8,
                conv("x", "a", 8, 16, 1, one(1)),
                "  y = Concat(x, a, k: f32[2,4,5,3] = 2) {axis=3}\n")));
  }

  @Test
  void valuesWithOtherReadersAndResidualsAreCopied() {
    assertEquals(
        List.of("conv", "conv", "conv", "copyPlaces", "copyPlaces"),
        kernels(
            graph(
                16,
                conv("x", "a", 16, 16, 1, one(1)),
                conv("a", "b", 16, 16, 1, one(1)),
                "  r = Add(b, a)\n",
                conv("x", "c", 16, 16, 3, three(1)),
                "  y = Concat(a, r, c) {axis=3}\n")));
  }

  @Test
  void aValueThatComesTwiceIsCopied() {
    assertEquals(
        List.of("conv", "conv", "copyPlaces", "copyPlaces"),
        kernels(
            graph(
                16,
                conv("x", "a", 16, 16, 1, one(1)),
                conv("x", "b", 16, 16, 1, one(1)),
                "  y = Concat(a, b, a) {axis=3}\n")));
  }

  /** A kernel of its own walks the result anyway. */
  @Test
  void whatIsDoneBesidesJoiningTakesAKernel() {
    assertEquals(
        List.of("conv", "conv", "concat"),
        kernels(
            graph(
                16,
                conv("x", "a", 16, 16, 1, one(1)),
                conv("x", "b", 16, 16, 1, one(1)),
                "  c = Concat(a, b) {axis=3}\n  y = Relu(c)\n")));
  }

  @Test
  void joinedValuesAreJoinedAgain() {
    assertEquals(
        List.of("conv", "conv", "concat", "conv"),
        kernels(
            graph(
                16,
                conv("x", "a", 16, 16, 1, one(1)),
                conv("x", "b", 16, 24, 1, one(1)),
                "  c = Concat(a, b) {axis=3}\n",
                "  d = Concat(x, x) {axis=3}\n",
                conv("x", "e", 16, 20, 3, three(1)),
                "  f = Concat(d, c) {axis=3}\n",
                "  y = Concat(e, f) {axis=3}\n")));
  }

  /** Kernels of equal geometry with results equally far apart are one. */
  @Test
  void kernelsAreShared() {
    Graph graph =
        GraphText.parse(
            graph(
                16,
                conv("x", "a", 16, 16, 1, one(1)),
                conv("x", "b", 16, 16, 1, one(1)),
                "  y = Concat(a, b) {axis=3}\n"));
    KernelPlan plan = KernelPlanner.plan(graph, Target.VECTOR);
    assertEquals(2, plan.calls().size());
    assertEquals(plan.calls().get(0).kernel(), plan.calls().get(1).kernel());
  }

  @Test
  void randomBranches() {
    List<Graph> graphs = new ArrayList<>();
    List<KernelPlan> plans = new ArrayList<>();
    for (int seed = 0; seed < 12; seed++) {
      Graph graph = GraphText.parse(random(new SplittableRandom(seed)));
      KernelPlan plan = KernelPlanner.plan(graph, Target.VECTOR);
      agreesInterpreted(graph, plan);
      graphs.add(graph);
      plans.add(plan);
    }
    agreesCompiled(graphs, plans);
  }

  /** Layers on values that came before, at random; what nothing reads is joined at last. */
  private static String random(SplittableRandom r) {
    List<String> body = new ArrayList<>();
    List<String> values = new ArrayList<>(List.of("x"));
    List<Integer> channels = new ArrayList<>(List.of(r.nextInt(1, 40)));
    Set<String> unread = new LinkedHashSet<>();
    for (int i = 0; i < 8; i++) {
      int from = r.nextInt(values.size());
      String x = values.get(from);
      int c = channels.get(from);
      String y = "v" + i;
      int oc = r.nextInt(1, 40);
      switch (r.nextInt(6)) {
        case 0 -> body.add(conv(x, y, c, oc, 1, one(1)));
        case 1 -> body.add(conv(x, y, c, oc, 3, three(1)));
        case 2 -> {
          oc = c;
          body.add(conv(x, y, 1, c, 3, three(c)));
        }
        case 3 -> {
          oc = c;
          body.add(pool(r.nextInt(2) == 0 ? "MaxPool" : "AveragePool", x, y));
        }
        case 4 -> {
          oc = c;
          body.add("  %s = Relu(%s)\n".formatted(y, x));
        }
        default -> {
          int other = r.nextInt(values.size());
          oc = c + channels.get(other);
          body.add("  %s = Concat(%s, %s) {axis=3}\n".formatted(y, x, values.get(other)));
          unread.remove(values.get(other));
        }
      }
      unread.remove(x);
      unread.add(y);
      values.add(y);
      channels.add(oc);
    }
    body.add("  y = Concat(x, " + String.join(", ", unread) + ") {axis=3}\n");
    return graph(channels.get(0), body.toArray(String[]::new));
  }
}
