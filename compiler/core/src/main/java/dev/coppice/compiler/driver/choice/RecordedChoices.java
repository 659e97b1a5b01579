package dev.coppice.compiler.driver.choice;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.choice.ScheduleFile.Entry;
import dev.coppice.compiler.ir.Chooser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Decides as the entries of a file for one target do, and remembers which of them were of no use.
 * For one compilation.
 */
public final class RecordedChoices implements Chooser {
  private final ScheduleFile file;
  private final String target;
  private final Map<String, Question> questions = new LinkedHashMap<>();

  RecordedChoices(ScheduleFile file, String target) {
    this.file = file;
    this.target = target;
  }

  @Override
  public Optional<String> choose(Question question) {
    questions.putIfAbsent(question.geometry(), question);
    return Optional.ofNullable(file.entries(target).get(question.geometry()))
        .map(Entry::schedule)
        .filter(question.schedules()::contains);
  }

  /** Reports entries that match no node or no candidate, and nodes that have no entry. */
  public void report(DiagnosticSink notes) {
    List<String> unused = new ArrayList<>();
    file.entries(target)
        .forEach(
            (geometry, entry) -> {
              Question question = questions.get(geometry);
              if (question == null) {
                unused.add(geometry);
              } else if (!question.schedules().contains(entry.schedule())) {
                report(
                    notes,
                    DiagnosticCode.SCHEDULE_STALE,
                    "the entry of %s is '%s', which is none of its schedules %s",
                    geometry,
                    entry.schedule(),
                    String.join(", ", question.schedules()));
              }
            });
    if (!unused.isEmpty()) {
      report(
          notes,
          DiagnosticCode.SCHEDULE_STALE,
          "no node of the model has the geometry of %d of the entries, such as %s",
          unused.size(),
          unused.get(0));
    }
    List<String> missing =
        questions.values().stream()
            .filter(q -> q.candidates().size() > 1)
            .map(Question::geometry)
            .filter(g -> !file.entries(target).containsKey(g))
            .toList();
    if (!missing.isEmpty()) {
      report(
          notes,
          DiagnosticCode.SCHEDULES_MISSING,
          "%d geometries have several schedules and no entry in [%s], such as %s",
          missing.size(),
          target,
          missing.get(0));
    }
  }

  private void report(
      DiagnosticSink notes, DiagnosticCode code, String format, Object... arguments) {
    notes.report(code, SourceRef.file(file.name()), String.format(Locale.ROOT, format, arguments));
  }
}
