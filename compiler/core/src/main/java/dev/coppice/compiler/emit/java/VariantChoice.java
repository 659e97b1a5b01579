package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Variant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** By which of its arguments a model with several variants knows which is meant. */
final class VariantChoice {
  private VariantChoice() {}

  /**
   * The fewest ports from the first on, all of whose lengths together differ between any two
   * variants: the first one that does so alone, else the first few.
   *
   * @throws CompileException if two variants have arrays of the same lengths
   */
  static List<Integer> tellingPorts(ModelContext c) {
    List<Integer> ports = new ArrayList<>();
    for (int p = 0; p < c.ports().size(); p++) {
      if (differ(c, List.of(p))) {
        return List.of(p);
      }
      ports.add(p);
    }
    for (int n = 2; n <= ports.size(); n++) {
      if (differ(c, ports.subList(0, n))) {
        return ports.subList(0, n);
      }
    }
    throw new CompileException(
        DiagnosticCode.OPTION_INVALID,
        SourceRef.NONE,
        "sizes "
            + c.variants().stream().map(Variant::label).collect(Collectors.joining("; "))
            + ": two of them give arrays of the same lengths, so that 'run' cannot tell them apart;"
            + " compile them to classes of their own");
  }

  /** What the names of a variant's methods end with, e.g. {@code Seq16}. */
  static String suffix(Variant variant) {
    String suffix = JavaNames.legal(variant.label().replace("=", ""));
    return Character.toUpperCase(suffix.charAt(0)) + suffix.substring(1);
  }

  private static boolean differ(ModelContext c, List<Integer> ports) {
    Set<List<Integer>> seen = new LinkedHashSet<>();
    return c.variants().stream().map(v -> lengths(c, v, ports)).allMatch(seen::add);
  }

  private static List<Integer> lengths(ModelContext c, Variant v, List<Integer> ports) {
    return ports.stream().map(p -> c.at(v).ports().get(p).shape().size()).toList();
  }

  /** The lengths of {@code ports} in each variant, e.g. {@code 16, 32 or 64}. */
  static String lengths(ModelContext c, List<Integer> ports) {
    List<String> all =
        c.variants().stream()
            .map(v -> lengths(c, v, ports))
            .map(l -> l.size() == 1 ? l.get(0).toString() : l.toString())
            .toList();
    return String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.get(all.size() - 1);
  }

  /** The shapes of port {@code i}, e.g. {@code [1,16], [1,32]}. */
  static String shapes(ModelContext c, int i) {
    return c.variants().stream()
        .map(v -> c.at(v).ports().get(i).shape().toString())
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
