package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import java.util.Map;
import java.util.Set;

/** Operators that are refused for what they are, not for want of an importer. */
final class RefusedOperators {
  private static final Set<String> RANDOM =
      Set.of(
          "Bernoulli",
          "Multinomial",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike");

  /** What each works on. */
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "CategoryMapper", "strings",
          "DictVectorizer", "maps",
          "ImageDecoder", "picture files",
          "RegexFullMatch", "strings",
          "StringConcat", "strings",
          "StringNormalizer", "strings",
          "StringSplit", "strings");

  private RefusedOperators() {}

  /**
   * The complaint that {@code operator} is not supported, with the reason if it is a special one.
   */
  static CompileException complaint(String operator, String domain, SourceRef at) {
    if (RANDOM.contains(operator)) {
      return new CompileException(DiagnosticCode.RANDOM_OPERATOR, at, operator);
    }
    String outside = OUTSIDE.get(operator);
    return outside != null
        ? new CompileException(DiagnosticCode.OPERATOR_OUTSIDE, at, operator, outside)
        : new CompileException(DiagnosticCode.UNSUPPORTED_OPERATOR, at, operator, domain);
  }
}
