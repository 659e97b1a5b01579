package dev.coppice.compiler.driver.choice;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The schedules of nodes that were the fastest when they were measured, as a file that is committed
 * with the model. A section for each target, sorted lines {@code geometry -> schedule}, where the
 * geometry is that of {@link dev.coppice.compiler.ir.Chooser.Question}:
 *
 * <pre>
 * version = 1
 * [vector]
 * Conv{...}(f32[1,64,8,8], const f32[64,64,1,1]) then Relu -> dense planes  # 12.1 us; ...
 * </pre>
 *
 * @param name what diagnostics call it
 * @param targets entries by geometry by target
 */
public record ScheduleFile(String name, Map<String, Map<String, Entry>> targets) {
  private static final String VERSION = "version = 1";
  private static final String ARROW = " -> ";

  /**
   * A winner.
   *
   * @param schedule its name
   * @param note what was measured, for people; empty if that is not known
   */
  public record Entry(String schedule, String note) {}

  public ScheduleFile {
    Map<String, Map<String, Entry>> copy = new TreeMap<>();
    targets.forEach(
        (target, own) -> copy.put(target, Collections.unmodifiableMap(new TreeMap<>(own))));
    targets = Collections.unmodifiableMap(copy);
  }

  /** What the entries of a backend for so many threads are found under. */
  public static String target(String backend, int threads) {
    return threads == 1 ? backend : backend + ", " + threads + " threads";
  }

  /**
   * Reads a file.
   *
   * @throws CompileException with every line that is wrong
   */
  public static ScheduleFile parse(TextFile text) {
    DiagnosticSink problems = new DiagnosticSink();
    Map<String, Map<String, Entry>> targets = new TreeMap<>();
    Map<String, Entry> section = null;
    boolean versioned = false;
    for (int i = 0; i < text.lines().size(); i++) {
      String line = text.content(i);
      int arrow = line.lastIndexOf(ARROW);
      String problem = "";
      if (line.isEmpty()) {
        continue;
      } else if (!versioned) {
        versioned = true;
        problem = line.equals(VERSION) ? "" : "'" + line + "' is not '" + VERSION + "'";
      } else if (line.startsWith("[") && line.endsWith("]")) {
        section =
            targets.computeIfAbsent(line.substring(1, line.length() - 1), t -> new TreeMap<>());
      } else if (arrow < 1 || section == null) {
        problem =
            section == null
                ? "there is no section such as [vector] above '" + line + "'"
                : "'" + line + "' is not of the form GEOMETRY -> SCHEDULE";
      } else {
        Entry entry = new Entry(line.substring(arrow + ARROW.length()), note(text.lines().get(i)));
        Entry before = section.put(line.substring(0, arrow), entry);
        problem = before == null ? "" : "'" + line.substring(0, arrow) + "' is given twice";
      }
      if (!problem.isEmpty()) {
        problems.report(DiagnosticCode.SCHEDULES_INVALID, text.at(i), problem);
      }
    }
    problems.throwIfErrors();
    return new ScheduleFile(text.name(), targets);
  }

  private static String note(String line) {
    int comment = line.indexOf(" #");
    return comment < 0 ? "" : line.substring(comment + 2).strip();
  }

  /** The entries of a target. */
  public Map<String, Entry> entries(String target) {
    return targets.getOrDefault(target, Map.of());
  }

  /** This file with other entries for a target. */
  public ScheduleFile with(String target, Map<String, Entry> entries) {
    Map<String, Map<String, Entry>> all = new TreeMap<>(targets);
    all.put(target, entries);
    return new ScheduleFile(name, all);
  }

  /** What it decides, without what is for people. */
  String decisions() {
    StringBuilder text = new StringBuilder();
    targets.forEach(
        (target, own) ->
            own.forEach(
                (geometry, e) ->
                    text.append(target)
                        .append(ARROW)
                        .append(geometry)
                        .append(ARROW)
                        .append(e.schedule())
                        .append('\n')));
    return text.toString();
  }

  /** The text of the file. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("# The fastest schedules as measured, for the option --schedules of coppice.\n");
    text.append("# 'coppice compile --tune' writes them. Names of nodes do not matter.\n");
    text.append(VERSION).append('\n');
    targets.forEach(
        (target, own) -> {
          text.append("\n[").append(target).append("]\n");
          own.forEach(
              (geometry, e) -> {
                text.append(geometry).append(ARROW).append(e.schedule());
                text.append(e.note().isEmpty() ? "" : "  # " + e.note()).append('\n');
              });
        });
    return text.toString();
  }
}
