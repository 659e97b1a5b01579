package dev.coppice.compiler.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphVerifier;
import dev.coppice.compiler.ir.TextPrinter;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import java.util.List;

/** What tests assert about imports. */
final class Imports {
  private Imports() {}

  /** The graph of {@code model} under {@code options}, verified. */
  static Graph graph(ModelProto model, ImportOptions options) {
    Graph graph = OnnxImporter.importModel(model, options, new DiagnosticSink());
    GraphVerifier.verify(graph);
    return graph;
  }

  /** The graph of {@code model}. */
  static Graph graph(ModelProto model) {
    return graph(model, ImportOptions.of("m.onnx"));
  }

  /**
   * Asserts that {@code model} becomes these nodes and constant outputs, in text form without
   * origins.
   */
  static void becomes(ModelProto model, String... lines) {
    becomes(model, ImportOptions.of("m.onnx"), lines);
  }

  /** Asserts that {@code model} under {@code options} becomes these nodes and constant outputs. */
  static void becomes(ModelProto model, ImportOptions options, String... lines) {
    List<String> found =
        TextPrinter.print(graph(model, options))
            .lines()
            .filter(l -> l.startsWith("  "))
            .map(l -> l.strip().replaceAll(" from '.*", ""))
            .toList();
    assertEquals(String.join("\n", lines), String.join("\n", found));
  }

  /** Asserts that {@code model} is refused with exactly this text. */
  static void refused(ModelProto model, String message) {
    refused(model, ImportOptions.of("m.onnx"), message);
  }

  /** Asserts that {@code model} under {@code options} is refused with exactly this text. */
  static void refused(ModelProto model, ImportOptions options, String message) {
    CompileException e = assertThrows(CompileException.class, () -> graph(model, options));
    assertEquals(message, e.getMessage());
  }
}
