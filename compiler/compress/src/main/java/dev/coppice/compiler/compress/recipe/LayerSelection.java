package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.diag.Suggestion;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Which layers a step takes: those that one of {@code layers} names and none of {@code exclude}.
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

    /** Whether one of {@code names} fits. */
    boolean matches(List<String> names) {
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
      return names.stream().anyMatch(n -> pattern.matcher(n).matches());
    }

    private boolean isPattern() {
      return text.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
    }
  }

  /**
   * Those of {@code all} that are taken, in order; a glob that fits none is reported.
   *
   * @param names the names by which a recipe can mean one
   */
  public <T> List<T> of(
      List<T> all, Function<T, List<String>> names, String recipe, DiagnosticSink sink) {
    for (List<Glob> globs : List.of(layers, exclude)) {
      for (Glob glob : globs) {
        if (all.stream().map(names).noneMatch(glob::matches)) {
          TreeSet<String> known = new TreeSet<>();
          all.forEach(w -> known.addAll(names.apply(w)));
          sink.report(
              DiagnosticCode.UNKNOWN_NODE,
              SourceRef.file(recipe).atLine(glob.line()),
              glob.text(),
              glob.isPattern() ? "" : Suggestion.of(glob.text(), known));
        }
      }
    }
    return all.stream().filter(w -> takes(names.apply(w))).toList();
  }

  /** Whether something with these names is taken. */
  public boolean takes(List<String> names) {
    return (layers.isEmpty() || layers.stream().anyMatch(g -> g.matches(names)))
        && exclude.stream().noneMatch(g -> g.matches(names));
  }
}
