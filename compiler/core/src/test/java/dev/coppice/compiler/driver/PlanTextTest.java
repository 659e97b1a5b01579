package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.ir.ScheduleChoice;
import dev.coppice.compiler.loop.Costs;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTextTest {
  @Test
  void listsCandidatesOfEachNode() {
    ScheduleChoice conv =
        new ScheduleChoice(
            SourceRef.node("conv1", "Conv"),
            List.of("90.0 % of the weights are zero"),
            List.of(
                new Prediction("streamed sparse", 1_234_560, 0, 4096),
                new Prediction("unrolled sparse", 900_000, 1_000_000, 0)),
            Costs.PORTABLE);
    ScheduleChoice product =
        new ScheduleChoice(
            SourceRef.node("fc", "MatMul"),
            List.of(),
            List.of(new Prediction("rows", 340, 0, 64), new Prediction("panels", 240, 0, 64)),
            Costs.PORTABLE,
            true);
    assertEquals(
        List.of(
            "  plan        predicted 1,234.9 us in 2 nodes with schedules",
            "  costs       the defaults",
            "  node 'conv1' (Conv): 90.0 % of the weights are zero",
            "  * streamed sparse                  1,234.6 us         0 B code         4,096 B"
                + " weights",
            "    unrolled sparse                    900.0 us 1,000,000 B code             0 B"
                + " weights  too much code",
            "  node 'fc' (MatMul)",
            "  r rows                                 0.3 us         0 B code            64 B"
                + " weights",
            "    panels                               0.2 us         0 B code            64 B"
                + " weights"),
        PlanText.lines(List.of(conv, product)));
  }
}
