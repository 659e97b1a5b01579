package dev.coppice.compiler.cli;

import dev.coppice.compiler.compress.recipe.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A progress bar that names what is going on; nothing in a pipe. */
final class TaskProgress implements Progress, AutoCloseable {
  private @Nullable ProgressBar bar;

  @Override
  public void at(String task, int done, int of) {
    if (!dev.coppice.compiler.cli.Progress.isTerminal()) {
      return;
    }
    ProgressBar shown = bar;
    if (shown == null) {
      shown =
          new ProgressBarBuilder()
              .setTaskName("compress")
              .setInitialMax(of)
              .setUpdateIntervalMillis(200)
              .clearDisplayOnFinish()
              .build();
      bar = shown;
    }
    shown.maxHint(of);
    shown.stepTo(done);
    shown.setExtraMessage(task);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
