package dev.coppice.compiler.driver.measure;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.choice.ScheduleFile;
import dev.coppice.compiler.driver.choice.ScheduleFile.Entry;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.ir.Chooser;
import dev.coppice.compiler.ir.Chooser.Question;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.PlanPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Measures the schedules of every node that has several, with what is fused with it, and notes the
 * fastest. Nodes of one geometry are measured once. The order of axes of convolutions is settled
 * before and stays as it is.
 */
public final class ScheduleTuner {
  /** A schedule must be so much faster than the one with the best prediction to be preferred. */
  private static final double CLEARLY = 0.97;

  private final Emitter emitter;
  private final Target target;
  private final KernelTimer timer;
  private final long networkBytes;
  private final Map<String, Entry> winners = new TreeMap<>();
  private final Deque<Question> open = new ArrayDeque<>();

  private ScheduleTuner(Emitter emitter, Target target, KernelTimer timer, long networkBytes) {
    this.emitter = emitter;
    this.target = target;
    this.timer = timer;
    this.networkBytes = networkBytes;
  }

  /** Is told what is done. */
  public interface Listener {
    /** A geometry was measured; so many that are known are left. */
    void measured(String geometry, Entry winner, int left);
  }

  /**
   * Measures a model.
   *
   * @param before what was recorded; entries for other targets are kept
   * @return {@code before} with the entries of the targets of {@code request} made anew
   * @throws dev.coppice.compiler.diag.CompileException if this JVM cannot run the code
   */
  public static ScheduleFile tune(
      ImportedModel model,
      CompileRequest request,
      ScheduleFile before,
      KernelTimer timer,
      Listener listener) {
    ScheduleFile file = before;
    for (Emitter emitter : ModelCompiler.emitters(request)) {
      Collection<Graph> graphs =
          ModelCompiler.passed(model, request, emitter, new DiagnosticSink()).values();
      Target target = request.planning().target(emitter, request.threads());
      long bytes =
          graphs.stream()
              .flatMap(g -> g.constants().values().stream())
              .mapToLong(t -> t.type().bytes())
              .sum();
      ScheduleTuner tuner = new ScheduleTuner(emitter, target, timer, bytes / graphs.size());
      tuner.measure(graphs, listener);
      file = file.with(ScheduleFile.target(emitter.name(), request.threads()), tuner.asked(graphs));
    }
    return file;
  }

  private void measure(Collection<Graph> graphs, Listener listener) {
    graphs.forEach(g -> KernelPlanner.plan(g, target, asking(Map.of())));
    Set<String> known = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      Question question = open.removeFirst();
      if (question.candidates().size() > 1 && known.add(question.geometry())) {
        Entry winner = measure(question);
        winners.put(question.geometry(), winner);
        open.removeIf(q -> q.candidates().size() < 2 || known.contains(q.geometry()));
        listener.measured(
            question.geometry(),
            winner,
            (int) open.stream().map(Question::geometry).distinct().count());
      }
    }
  }

  /** Names the given schedules, and what was found so far; other questions become open. */
  private Chooser asking(Map<String, String> given) {
    return question -> {
      open.addLast(question);
      return Optional.ofNullable(given.get(question.geometry()))
          .or(() -> Optional.ofNullable(winners.get(question.geometry())).map(Entry::schedule));
    };
  }

  private Entry measure(Question question) {
    Graph alone = question.alone().get();
    List<KernelPlan> plans = new ArrayList<>();
    for (String schedule : question.schedules()) {
      Chooser chooser = asking(Map.of(question.geometry(), schedule));
      plans.add(PlanPartition.of(KernelPlanner.plan(alone, target, chooser), target));
    }
    double[] nanos = timer.medians(IsolatedKernels.tasks(plans, emitter, networkBytes));
    int best = 0;
    for (int i = 1; i < nanos.length; i++) {
      best = nanos[i] < CLEARLY * nanos[0] && nanos[i] < nanos[best] ? i : best;
    }
    List<String> figures = new ArrayList<>();
    for (int i = 0; i < nanos.length; i++) {
      String name = i == best ? "" : question.schedules().get(i) + " ";
      String text = String.format(Locale.ROOT, "%s%.4g us", name, nanos[i] / 1000);
      figures.add(i == best ? 0 : figures.size(), text);
    }
    return new Entry(question.schedules().get(best), String.join("; ", figures));
  }

  /** The winners that a plan made by them asks for. */
  private Map<String, Entry> asked(Collection<Graph> graphs) {
    Map<String, Entry> asked = new LinkedHashMap<>();
    Chooser chooser =
        question -> {
          Optional<Entry> winner = Optional.ofNullable(winners.get(question.geometry()));
          winner.ifPresent(w -> asked.put(question.geometry(), w));
          return winner.map(Entry::schedule);
        };
    graphs.forEach(g -> KernelPlanner.plan(g, target, chooser));
    return asked;
  }
}
