package dev.coppice.compiler.driver.measure;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.OutputFile;
import dev.coppice.compiler.driver.choice.ScheduleFile;
import dev.coppice.compiler.driver.choice.ScheduleFile.Entry;
import dev.coppice.compiler.driver.choice.TextFile;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.ir.Chooser;
import dev.coppice.compiler.ir.Chooser.Question;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.PlanPartition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

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

  /**
   * Measures a model and writes the fastest schedules to a file.
   *
   * @param file its entries for the targets of {@code request} are made anew, others stay
   * @param progress is told of each geometry when it was measured
   * @return {@code request} with these schedules
   * @throws CompileException if the file is not valid or cannot be written, or this JVM cannot run
   *     the code
   */
  public static CompileRequest tune(
      ImportedModel model,
      CompileRequest request,
      Path file,
      KernelTimer timer,
      Consumer<String> progress) {
    OutputFile.check(file);
    ScheduleFile schedules =
        Files.exists(file)
            ? ScheduleFile.parse(TextFile.read(file))
            : new ScheduleFile(file.toString(), Map.of());
    for (Emitter emitter : ModelCompiler.emitters(request)) {
      Collection<Graph> graphs =
          ModelCompiler.passed(model, request, emitter, new DiagnosticSink()).values();
      Target target = request.target(emitter);
      ScheduleTuner tuner = new ScheduleTuner(emitter, target, timer, weightBytes(graphs));
      tuner.measure(graphs, progress);
      schedules =
          schedules.with(
              ScheduleFile.target(emitter.name(), request.threads()), tuner.asked(graphs));
    }
    OutputFile.write(file, schedules.text());
    return request.planningBy(request.planning().with(schedules));
  }

  /** Of the largest of graphs that share their weights. */
  private static long weightBytes(Collection<Graph> graphs) {
    return graphs.stream()
        .mapToLong(g -> g.constants().values().stream().mapToLong(t -> t.type().bytes()).sum())
        .max()
        .orElse(0);
  }

  private void measure(Collection<Graph> graphs, Consumer<String> progress) {
    graphs.forEach(g -> KernelPlanner.plan(g, target, asking("", "")));
    List<Question> questions = questions();
    List<Question> batch = new ArrayList<>();
    long bytes = 0;
    for (Question q : questions) {
      long own = q.candidates().stream().mapToLong(Prediction::weightBytes).sum();
      if (!batch.isEmpty() && bytes + own > IsolatedKernel.mostBytes()) {
        measure(batch, progress);
        batch.clear();
        bytes = 0;
      }
      batch.add(q);
      bytes += own;
    }
    measure(batch, progress);
  }

  /** Measures the answers to some questions, all in memory at once. */
  private void measure(List<Question> questions, Consumer<String> progress) {
    List<KernelPlan> plans = questions.stream().flatMap(q -> plans(q).stream()).toList();
    if (plans.isEmpty()) {
      return;
    }
    progress.accept(
        plans.size() + " kernels of " + questions.size() + " geometries, " + emitter.name());
    List<IsolatedKernel> kernels = IsolatedKernel.of(plans, emitter);
    timer.warmUp(List.copyOf(kernels));
    int from = 0;
    for (Question q : questions) {
      List<Runnable> tasks = new ArrayList<>();
      kernels
          .subList(from, from + q.candidates().size())
          .forEach(k -> tasks.add(k.within(networkBytes)));
      from += tasks.size();
      Entry winner = winner(q.schedules(), timer.medians(tasks));
      winners.put(q.geometry(), winner);
      progress.accept(q.geometry() + " -> " + winner.schedule() + "  # " + winner.note());
    }
  }

  /** Names a schedule for one geometry; all questions become open. */
  private Chooser asking(String geometry, String schedule) {
    return question -> {
      open.addLast(question);
      return question.geometry().equals(geometry) ? Optional.of(schedule) : Optional.empty();
    };
  }

  /** A plan of the node alone for each schedule. */
  private List<KernelPlan> plans(Question question) {
    Graph alone = question.alone().get();
    List<KernelPlan> plans = new ArrayList<>();
    for (String schedule : question.schedules()) {
      Chooser chooser = asking(question.geometry(), schedule);
      plans.add(PlanPartition.of(KernelPlanner.plan(alone, target, chooser), target));
    }
    return plans;
  }

  /**
   * The open questions that have several answers, each once, and those that come up when one is
   * answered otherwise.
   */
  private List<Question> questions() {
    Map<String, Question> known = new LinkedHashMap<>();
    while (!open.isEmpty()) {
      Question question = open.removeFirst();
      if (question.candidates().size() > 1
          && known.putIfAbsent(question.geometry(), question) == null) {
        plans(question);
      }
    }
    return List.copyOf(known.values());
  }

  /** The fastest, with all times; of about equal ones that with the best prediction. */
  private static Entry winner(List<String> schedules, double[] nanos) {
    int best = 0;
    for (int i = 1; i < nanos.length; i++) {
      best = nanos[i] < CLEARLY * nanos[0] && nanos[i] < nanos[best] ? i : best;
    }
    List<String> figures = new ArrayList<>();
    for (int i = 0; i < nanos.length; i++) {
      String name = i == best ? "" : schedules.get(i) + " ";
      String text = String.format(Locale.ROOT, "%s%.4g us", name, nanos[i] / 1000);
      figures.add(i == best ? 0 : figures.size(), text);
    }
    return new Entry(schedules.get(best), String.join("; ", figures));
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
