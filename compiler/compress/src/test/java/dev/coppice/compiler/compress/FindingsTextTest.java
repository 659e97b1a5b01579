package dev.coppice.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Findings;
import dev.coppice.compiler.compress.recipe.Sensitivity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingsTextTest {
  private static final Findings FINDINGS =
      new Findings(
          List.of(new Decision("", "all", ""), new Decision("fc", "int8", "it is\tlarge\r\n")),
          List.of(
              new Sensitivity("fc", "50 %", "top-1", 0.1), new Sensitivity("c", "", "m", -1e-9)),
          List.of(
              new Curve(
                  "fc", "rank", "loss", List.of(new Curve.Point(1, 0.5), new Curve.Point(2, 0))),
              new Curve("", "rank", "loss", List.of())));

  @Test
  void readsWhatItWrote() {
    Findings read = FindingsText.read(lines(FINDINGS)).orElseThrow();
    assertEquals(new Decision("fc", "int8", "it is large  "), read.decisions().get(1));
    assertEquals(FINDINGS.decisions().get(0), read.decisions().get(0));
    assertEquals(FINDINGS.sensitivities(), read.sensitivities());
    assertEquals(FINDINGS.curves(), read.curves());
    assertEquals(5 + 1, lines(FINDINGS).size());
  }

  @Test
  void damagedLinesAreNotRead() {
    assertEquals(Optional.empty(), FindingsText.read(List.of("decision\tfc\tint8")));
    assertEquals(Optional.empty(), FindingsText.read(List.of("sensitivity\tfc\t1\tm\tx")));
    assertEquals(Optional.empty(), FindingsText.read(List.of("curve\tfc\trank\tloss\t1")));
    assertEquals(Optional.empty(), FindingsText.read(List.of("")));
  }

  @Test
  void nothingIsNoLine() {
    Findings none = new Findings(List.of(), List.of(), List.of());
    assertEquals("", FindingsText.of(none));
    assertEquals(Optional.of(none), FindingsText.read(List.of()));
  }

  private static List<String> lines(Findings findings) {
    return FindingsText.of(findings).lines().toList();
  }
}
