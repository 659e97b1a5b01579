package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.MemoryMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemorySvgTest {
  @Test
  void buffersLieAtTheirCallsAndOffsets() {
    MemoryMap.Arena arena =
        new MemoryMap.Arena(
            "float",
            1000,
            800,
            List.of(
                new MemoryMap.Buffer(0, 500, 0, 1, false),
                new MemoryMap.Buffer(500, 250, 1, 3, true)));
    String svg = MemorySvg.of(arena, List.of("a", "<b>", "c", "d"), 2000, "Memory");
    // 220 pixels are 2000 bytes, and four calls are all of the width.
    assertTrue(
        svg.contains(
            "<rect class=\"c0\" x=\"0.000%\" width=\"50.000%\" y=\"165.000\" height=\"55.000\">"),
        svg);
    assertTrue(
        svg.contains(
            "<rect class=\"scratch\" x=\"25.000%\" width=\"75.000%\" y=\"137.500\""
                + " height=\"27.500\">"),
        svg);
    assertTrue(svg.contains("class=\"bound\" x1=\"0%\" x2=\"100%\" y1=\"132.000\""), svg);
    assertTrue(svg.contains("class=\"size\" x1=\"0%\" x2=\"100%\" y1=\"110.000\""), svg);
    assertTrue(svg.contains("to &lt;b&gt;"), svg);
  }
}
