package dev.coppice.compiler.driver.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.choice.CostFile;
import dev.coppice.compiler.driver.choice.TextFile;
import dev.coppice.compiler.driver.measure.Calibration.Row;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  /** Hardly measures at all. */
  private static KernelTimer hasty() {
    return new KernelTimer(System::nanoTime, () -> 0, 1_000, 0, 1_000, 1);
  }

  /** Every kernel has its schedule, and every figure that is fitted bears on one of them. */
  @Test
  void kernelsTellAboutEveryFigure() {
    for (Emitter emitter : Emitters.all()) {
      Target target = emitter.target();
      List<CalibrationKernel> kernels =
          CalibrationKernels.of(target.vectorApi()).stream().filter(k -> !k.heldOut()).toList();
      List<Double> before = nanos(kernels, target);
      for (CostFigure f : CostFigure.values()) {
        if (f.isFitted() && f.appliesTo(target.vectorApi())) {
          Costs more = target.costs().with(f, 3 * target.costs().get(f));
          assertTrue(
              !before.equals(nanos(kernels, target.withCosts(more))),
              "no kernel tells about " + emitter.name() + "." + f.label());
        }
      }
    }
  }

  private static List<Double> nanos(List<CalibrationKernel> kernels, Target target) {
    return kernels.stream().map(k -> CalibrationKernel.prediction(k.plan(target)).nanos()).toList();
  }

  /** Figures without a scope are not in the file of a backend, the others all are. */
  @Test
  void writesAFileThatIsRead() {
    Map<String, Costs> costs = new LinkedHashMap<>();
    List<String> told = new ArrayList<>();
    for (Emitter emitter : Emitters.all()) {
      Calibration measured = Calibration.measure(emitter, hasty(), 4, told::add);
      Costs own = measured.costs("measured");
      costs.put(emitter.name(), own);
      List<Row> rows = measured.rows(own);
      assertEquals(4, rows.size());
      List<String> text = CalibrationText.lines(rows);
      assertEquals(7, text.size());
      assertTrue(text.get(5).contains("predictions off by a factor of"), text.get(5));
      for (Row r : rows) {
        assertTrue(r.measured() > 0 && r.before() > 0 && r.after() > 0, r.toString());
      }
    }
    assertEquals(6, told.size());
    String text = CostFile.text(costs, Machine.lines());
    CostFile file = CostFile.parse(new TextFile("device.costs", text.lines().toList()));
    for (Emitter emitter : Emitters.all()) {
      Costs read = file.costs(emitter.name(), emitter.target().costs());
      Costs written = costs.get(emitter.name());
      Arrays.stream(CostFigure.values())
          .filter(f -> f.appliesTo(emitter.target().vectorApi()))
          .forEach(
              f -> assertEquals(written.get(f), read.get(f), 1e-3 * written.get(f), f.label()));
      assertEquals("device.costs", read.source());
    }
  }
}
