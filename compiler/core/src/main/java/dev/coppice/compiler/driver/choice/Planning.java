package dev.coppice.compiler.driver.choice;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.loop.Target;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What schedules are chosen by, beside the model.
 *
 * @param costs what things cost; empty for the defaults
 * @param schedules schedules that are given; empty where predictions decide
 */
public record Planning(Optional<CostFile> costs, Optional<ScheduleFile> schedules) {
  /** Predictions by the defaults. */
  public static final Planning DEFAULT = new Planning(Optional.empty(), Optional.empty());

  /**
   * Reads the files that are given.
   *
   * @throws CompileException with what is wrong with the first that is not valid
   */
  public static Planning read(@Nullable Path costs, @Nullable Path schedules) {
    return new Planning(
        Optional.ofNullable(costs).map(f -> CostFile.parse(TextFile.read(f))),
        Optional.ofNullable(schedules).map(f -> ScheduleFile.parse(TextFile.read(f))));
  }

  /** This with other schedules. */
  public Planning with(ScheduleFile file) {
    return new Planning(costs, Optional.of(file));
  }

  /** What plans for a backend with so many threads are made for. */
  public Target target(Emitter emitter, int threads) {
    Target target = emitter.target().withThreads(threads);
    return costs.isEmpty()
        ? target
        : target.withCosts(costs.get().costs(emitter.name(), target.costs()));
  }

  /** What is given for a backend with so many threads; empty where predictions decide. */
  public Optional<RecordedChoices> choices(Emitter emitter, int threads) {
    return schedules.map(
        file -> new RecordedChoices(file, ScheduleFile.target(emitter.name(), threads)));
  }

  /** What of it bears on what is generated: equal texts, equal choices. */
  public String identity() {
    return costs.map(c -> c.figures().toString()).orElse("")
        + schedules.map(ScheduleFile::decisions).orElse("");
  }
}
