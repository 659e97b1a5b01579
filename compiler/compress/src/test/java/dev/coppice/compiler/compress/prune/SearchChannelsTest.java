package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.testing.DigitsRecipe;
import dev.coppice.compiler.diag.CompileException;
import org.junit.jupiter.api.Test;

class SearchChannelsTest {
  private static final String STEP =
      "steps: [{method: search-channels, macs: 0.5, candidates: 6, seed: 3}]";

  @Test
  void meetsTheBudgetAndIsReproducible() {
    Compressor.Result result = DigitsRecipe.compress(STEP);
    long before = MultiplyAdds.of(result.original());
    long after = MultiplyAdds.of(result.compressed());
    assertTrue(after <= 0.5 * before && after > 0.45 * before, after + " of " + before);
    assertEquals(result.compressed().toProto(), DigitsRecipe.compress(STEP).compressed().toProto());
    assertTrue(
        result.steps().get(0).findings().decisions().get(0).text().contains("on calibration data"),
        result.steps().get(0).findings().decisions().get(0).text());
  }

  @Test
  void aBudgetThatNoDrawMeetsIsAnError() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                DigitsRecipe.compress(
                    "steps: [{method: search-channels, macs: 0.05, max-per-layer: 0.3}]"));
    assertTrue(e.getMessage().contains("no draw of channels leaves at most"), e.getMessage());
  }
}
