package dev.coppice.compiler.maven;

import dev.coppice.compiler.diag.Diagnostic;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;

/** Diagnostics in a build: remedies name the configuration in place of the command's options. */
final class Messages {
  private Messages() {}

  /** The failure of a build whose user has to change something; its message is all there is. */
  static MojoFailureException failure(List<Diagnostic> diagnostics) {
    return new MojoFailureException(
        diagnostics.stream().map(Messages::text).collect(Collectors.joining("\n")));
  }

  /** Logs at the diagnostic's severity. */
  static void log(Diagnostic d, Log log) {
    switch (d.severity()) {
      case ERROR -> log.error(text(d));
      case WARNING -> log.warn(text(d));
      case NOTE -> log.info(text(d));
    }
  }

  private static String text(Diagnostic d) {
    return d.text()
        .replace("--dim NAME=VALUE", "<dims><NAME>VALUE</NAME></dims>")
        .replace("--bind NAME=VALUE", "<binds><NAME>VALUE</NAME></binds>")
        .replace("'coppice compile --tune'", "the goal coppice:tune");
  }
}
