package dev.coppice.compiler.compress;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.diag.Suggestion;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which weights a step takes: those that one of {@code layers} names and none of {@code exclude}.
 *
 * @param layers globs over names of nodes and initializers; empty stands for all
 * @param exclude globs of what is left out
 */
public record LayerSelection(List<Glob> layers, List<Glob> exclude) {
  /** Takes everything. */
  public static final LayerSelection ALL = new LayerSelection(List.of(), List.of());

  public LayerSelection {
    layers = List.copyOf(layers);
    exclude = List.copyOf(exclude);
  }

  /**
   * A name with {@code *} for any text and {@code ?} for any character.
   *
   * @param text the pattern
   * @param line 1-based line of the recipe
   */
  public record Glob(String text, int line) {
    private static final String WILDCARDS = "*?";

    /** Whether one of the weight's names fits. */
    boolean matches(Weight weight) {
      StringBuilder regex = new StringBuilder();
      for (String part : text.split("(?<=[*?])|(?=[*?])")) {
        regex.append(
            switch (part) {
              case "*" -> ".*";
              case "?" -> ".";
              default -> Pattern.quote(part);
            });
      }
      Pattern pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
      return weight.names().stream().anyMatch(n -> pattern.matcher(n).matches());
    }

    private boolean isPattern() {
      return text.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
    }
  }

  /** The weights of {@code all} that are taken, in order; a glob that fits none is reported. */
  List<Weight> of(List<Weight> all, String recipe, DiagnosticSink sink) {
    for (List<Glob> globs : List.of(layers, exclude)) {
      for (Glob glob : globs) {
        if (all.stream().noneMatch(glob::matches)) {
          TreeSet<String> names = new TreeSet<>();
          all.forEach(w -> names.addAll(w.names()));
          sink.report(
              DiagnosticCode.UNKNOWN_NODE,
              SourceRef.file(recipe).atLine(glob.line()),
              glob.text(),
              glob.isPattern() ? "" : Suggestion.of(glob.text(), names));
        }
      }
    }
    return all.stream()
        .filter(w -> layers.isEmpty() || layers.stream().anyMatch(g -> g.matches(w)))
        .filter(w -> exclude.stream().noneMatch(g -> g.matches(w)))
        .toList();
  }
}
