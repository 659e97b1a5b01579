package dev.coppice.compiler.driver.measure;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The times of some kernels of a backend on this machine, as measured. */
public final class Calibration {
  private final Emitter emitter;
  private final List<CalibrationKernel> kernels;
  private final double[] nanos;
  private final Map<CostFigure, Double> alone;

  /**
   * What was measured.
   *
   * @param nanos how long each of {@code kernels} takes
   * @param alone figures that were measured by themselves
   */
  private Calibration(
      Emitter emitter,
      List<CalibrationKernel> kernels,
      double[] nanos,
      Map<CostFigure, Double> alone) {
    this.emitter = emitter;
    this.kernels = kernels;
    this.nanos = nanos;
    this.alone = alone;
  }

  /**
   * A kernel, measured and predicted.
   *
   * @param schedule how it computes
   * @param kernel its sizes
   * @param heldOut whether costs were not fitted to it
   * @param measured nanoseconds
   * @param before nanoseconds as predicted by the defaults
   * @param after nanoseconds as predicted by other costs
   */
  public record Row(
      String schedule,
      String kernel,
      boolean heldOut,
      double measured,
      double before,
      double after) {}

  /**
   * Measures the kernels of a backend.
   *
   * @param most how many of them at most
   * @throws dev.coppice.compiler.diag.CompileException if this JVM cannot run its code
   * @throws UnsupportedOperationException if this Java runtime has no compiler
   */
  public static Calibration measure(
      Emitter emitter, KernelTimer timer, int most, Consumer<String> progress) {
    List<CalibrationKernel> all = CalibrationKernels.of(emitter.target().vectorApi());
    List<CalibrationKernel> kernels = all.subList(0, Math.min(most, all.size()));
    List<KernelPlan> plans = kernels.stream().map(k -> k.plan(emitter.target())).toList();
    progress.accept(emitter.name() + ": compiling " + kernels.size() + " kernels");
    List<IsolatedKernel> compiled = IsolatedKernel.of(plans, emitter);
    MemoryReading reading = new MemoryReading();
    HandOver handOver = new HandOver();
    List<Runnable> tasks = new ArrayList<>(compiled);
    tasks.add(reading);
    tasks.add(handOver);
    progress.accept(emitter.name() + ": running them until they are as fast as they get");
    timer.warmUp(tasks);
    progress.accept(emitter.name() + ": measuring");
    double[] nanos = tasks.stream().mapToDouble(t -> timer.medians(List.of(t))[0]).toArray();
    int count = kernels.size();
    return new Calibration(
        emitter,
        kernels,
        Arrays.copyOf(nanos, count),
        Map.of(
            CostFigure.LOADED,
            nanos[count] / reading.bytes(),
            CostFigure.HAND_OVER,
            nanos[count + 1]));
  }

  /** The defaults with all figures that can be measured as they are here. */
  public Costs costs(String source) {
    Target target = emitter.target();
    Map<CostFigure, Double> known = new EnumMap<>(alone);
    known.keySet().removeIf(f -> !f.appliesTo(target.vectorApi()));
    Costs start = target.costs().with(source, known);
    List<CostFigure> fitted =
        Arrays.stream(CostFigure.values())
            .filter(f -> f.isFitted() && f.appliesTo(target.vectorApi()))
            .toList();
    List<CalibrationKernel> used = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < nanos.length; i++) {
      if (!kernels.get(i).heldOut()) {
        used.add(kernels.get(i));
        times.add(nanos[i]);
      }
    }
    return CostFit.fit(
        start,
        fitted,
        costs -> used.stream().mapToDouble(k -> predicted(k, costs)).toArray(),
        times.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** A schedule is predicted even where it would take more code than {@code costs} allow. */
  private double predicted(CalibrationKernel kernel, Costs costs) {
    double code = emitter.target().costs().get(CostFigure.CODE);
    Target target = emitter.target().withCosts(costs.with(CostFigure.CODE, code));
    return CalibrationKernel.prediction(kernel.plan(target)).nanos();
  }

  /** Every kernel as predicted by the defaults and by {@code costs}. */
  public List<Row> rows(Costs costs) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < nanos.length; i++) {
      CalibrationKernel k = kernels.get(i);
      rows.add(
          new Row(
              k.schedule(),
              k.name(),
              k.heldOut(),
              nanos[i],
              predicted(k, emitter.target().costs()),
              predicted(k, costs)));
    }
    return rows;
  }
}
