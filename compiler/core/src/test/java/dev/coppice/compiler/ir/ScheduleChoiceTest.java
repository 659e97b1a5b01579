package dev.coppice.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.testing.EqualCosts;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleChoiceTest {
  /** A byte costs 0.1 ns, a kernel may add 1000 bytes of code. */
  private static final Costs COSTS =
      EqualCosts.of(1).with(CostFigure.BYTE, 0.1).with(CostFigure.CODE, 1000);

  private static Candidate candidate(String name, double nanos, long codeBytes, long weightBytes) {
    return new Candidate(
        name,
        nanos,
        codeBytes,
        weightBytes,
        () -> {
          throw new AssertionError("ranking makes no kernel");
        });
  }

  private static List<String> ranked(Candidate... candidates) {
    return ScheduleChoice.rank(List.of(candidates), COSTS).stream()
        .map(c -> c.prediction().schedule())
        .toList();
  }

  @Test
  void timeIsWeighedAgainstBytes() {
    assertEquals(
        List.of("small", "fast", "slow"),
        ranked(
            candidate("slow", 2000, 0, 0),
            candidate("fast", 1000, 400, 700),
            candidate("small", 1050, 0, 100)));
  }

  @Test
  void ofEqualsTheFirstStaysFirst() {
    assertEquals(List.of("b", "a"), ranked(candidate("b", 10, 0, 100), candidate("a", 20, 0, 0)));
  }

  @Test
  void tooMuchCodeIsTheLastResort() {
    assertEquals(
        List.of("slow", "long"),
        ranked(candidate("long", 1, 1001, 0), candidate("slow", 1e9, 1000, 0)));
  }

  @Test
  void saysWhatWasChosenAndWhatWasNot() {
    ScheduleChoice choice =
        new ScheduleChoice(
            SourceRef.node("fc", "MatMul"),
            List.of("all zero"),
            List.of(new Prediction("rows", 1500, 0, 64), new Prediction("unrolled", 100, 2000, 0)),
            COSTS);
    assertEquals(
        "node 'fc' (MatMul): all zero; chosen rows: 1.5 us, code 0 B, weights 64 B;"
            + " rejected unrolled: 0.1 us, code 2000 B, weights 0 B"
            + " (more code than the 1000 B a kernel may add)",
        choice.text());
  }
}
