package dev.coppice.compiler.processor;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.DimensionSizes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code name=value} strings. */
final class Bindings {
  private final DiagnosticSink problems;

  Bindings(DiagnosticSink problems) {
    this.problems = problems;
  }

  /** Sizes of dimensions; a malformed one is reported and left out. */
  Map<String, List<Integer>> dims(String[] texts) {
    Map<String, List<Integer>> dims = new LinkedHashMap<>();
    for (Map.Entry<String, String> e : split("dims", "seq=16", texts).entrySet()) {
      try {
        dims.put(e.getKey(), DimensionSizes.parse("dims: '" + e.getKey() + "'", e.getValue()));
      } catch (CompileException problem) {
        problem.diagnostics().forEach(problems::report);
      }
    }
    return dims;
  }

  /** Values of inputs; a malformed one is reported and left out. */
  Map<String, String> binds(String[] texts) {
    return split("binds", "sr=16000", texts);
  }

  private Map<String, String> split(String member, String example, String[] texts) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.lastIndexOf('=');
      if (equals < 1) {
        problem(member + ": '" + text + "' is not of the form " + example);
      } else if (map.put(text.substring(0, equals), text.substring(equals + 1)) != null) {
        problem(member + ": '" + text.substring(0, equals) + "' is given twice");
      }
    }
    return map;
  }

  private void problem(String message) {
    problems.report(DiagnosticCode.OPTION_INVALID, SourceRef.NONE, message);
  }
}
