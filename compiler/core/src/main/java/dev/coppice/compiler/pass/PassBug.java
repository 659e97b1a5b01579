package dev.coppice.compiler.pass;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.TextPrinter;
import java.util.Locale;

/** Texts of internal faults: which pass, which node, the line of text IR. */
final class PassBug {
  private PassBug() {}

  static IllegalStateException atNode(String pass, Graph graph, Node node, RuntimeException cause) {
    return new IllegalStateException(
        String.format(
            Locale.ROOT,
            "compiler bug in pass '%s' at node '%s': %s\n  %s",
            pass,
            node.name(),
            cause.getMessage(),
            TextPrinter.print(graph, node)),
        cause);
  }

  static IllegalStateException inPass(String pass, String message) {
    return new IllegalStateException(
        String.format(Locale.ROOT, "compiler bug in pass '%s': %s", pass, message));
  }
}
