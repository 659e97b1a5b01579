package dev.coppice.compiler.compress.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.search.SearchSpace.Ladder;
import dev.coppice.compiler.compress.search.SearchSpace.Stage;
import dev.coppice.compiler.diag.CompileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetSearchTest {
  private static final SearchSpace SPACE =
      new SearchSpace(
          List.of(
              new Stage(
                  List.of(
                      new Ladder(
                          List.of(cut(0.125), cut(0.25), cut(0.5), cut(0.75), cut(0.875)))))));

  private static List<String> cut(double amount) {
    return List.of("{method: cut, amount: " + amount + "}");
  }

  private static BudgetSearch.Result search(String budget) {
    return BudgetSearch.search(
        FakeMethods.graph(),
        FakeMethods.settings(),
        Budget.parse(budget),
        SPACE,
        FakeMethods.all(),
        Progress.NONE);
  }

  @Test
  void takesWhatLosesLeastAmongWhatIsSmallEnough() {
    long half =
        search("drop<=100").front().stream()
            .filter(c -> c.drop() == 25)
            .mapToLong(c -> c.measurement().weightBytes())
            .findFirst()
            .orElseThrow();
    BudgetSearch.Result result = search("drop<=30, weights<=" + half);
    assertEquals(List.of("{method: merge}", "{method: cut, amount: 0.5}"), result.chosen().steps());
    assertEquals(25, result.chosen().drop());
  }

  @Test
  void endsALadderThatIsHopeless() {
    // 0.125 loses 6.25 points, 0.25 loses 12.5, which is more than twice of what is allowed.
    assertEquals(3, search("drop<=6.1").tried());
    assertEquals(6, search("drop<=100").tried());
  }

  @Test
  void theFrontHasOnlyVersionsThatAreSomewhereBest() {
    BudgetSearch.Result result = search("drop<=100");
    for (Candidate a : result.front()) {
      assertTrue(result.front().stream().noneMatch(b -> b.dominates(a)));
    }
    assertEquals(0.875, zeros(result.chosen()), 1e-9);
  }

  @Test
  void saysWhatCameClosest() {
    CompileException e = assertThrows(CompileException.class, () -> search("drop<=1, weights<=10"));
    assertTrue(
        e.getMessage()
            .startsWith("[BudgetExceeded] nothing that was tried (2 versions) meets the budget;"),
        e.getMessage());
    assertTrue(e.getMessage().contains("closest came {method: merge} (drop 0.00"), e.getMessage());
  }

  private static double zeros(Candidate c) {
    return Sweep.zeros(c.graph());
  }
}
