package dev.coppice.compiler.compress.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static final Decision DECISION = new Decision("fc", "int8", "");
  private static final Sensitivity SENSITIVITY = new Sensitivity("fc", "int8", "top-1", 0.1);
  private static final Curve CURVE = new Curve("fc", "rank", "loss", List.of());

  @Test
  void decisionsAreNoMeasurements() {
    assertFalse(new Findings(List.of(DECISION), List.of(), List.of()).hasMeasurements());
    assertTrue(new Findings(List.of(), List.of(SENSITIVITY), List.of()).hasMeasurements());
    assertTrue(new Findings(List.of(), List.of(), List.of(CURVE)).hasMeasurements());
  }

  @Test
  void staysWhatItWas() {
    List<Decision> decisions = new ArrayList<>(List.of(DECISION));
    Findings findings = new Findings(decisions, List.of(), List.of());
    decisions.clear();
    assertEquals(List.of(DECISION), findings.decisions());
  }
}
