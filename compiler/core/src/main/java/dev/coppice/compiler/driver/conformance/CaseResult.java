package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.Severity;
import java.util.Arrays;
import java.util.List;

/**
 * What came of a case.
 *
 * @param testCase the case
 * @param verdict how it ended
 * @param code label of the diagnostic it was refused with, else empty
 * @param detail why it was refused, what is wrong, or what was thrown; empty for a pass
 * @param operators the operators in its model; {@code domain:Name} for another domain than {@code
 *     ai.onnx}
 * @param bound names of the inputs that had to become constants
 */
public record CaseResult(
    ConformanceCase testCase,
    Verdict verdict,
    String code,
    String detail,
    List<String> operators,
    List<String> bound) {
  private static final String OWN = "dev.coppice.";

  public CaseResult {
    operators = List.copyOf(operators);
    bound = List.copyOf(bound);
  }

  /** Refused or crashed, as {@code failure} says. */
  static CaseResult failed(ConformanceCase testCase, List<String> operators, Throwable failure) {
    if (failure instanceof CompileException refusal) {
      Diagnostic first = firstError(refusal.diagnostics());
      return new CaseResult(
          testCase, Verdict.REFUSED, first.code().label(), first.message(), operators, List.of());
    }
    String at =
        Arrays.stream(failure.getStackTrace())
            .filter(e -> e.getClassName().startsWith(OWN))
            .findFirst()
            .map(e -> " at " + e)
            .orElse("");
    return new CaseResult(testCase, Verdict.CRASHED, "", failure + at, operators, List.of());
  }

  private static Diagnostic firstError(List<Diagnostic> diagnostics) {
    return diagnostics.stream()
        .filter(d -> d.severity() == Severity.ERROR)
        .findFirst()
        .orElse(diagnostics.get(0));
  }

  /** The worse of both. */
  CaseResult or(CaseResult other) {
    return other.verdict.compareTo(verdict) > 0 ? other : this;
  }
}
