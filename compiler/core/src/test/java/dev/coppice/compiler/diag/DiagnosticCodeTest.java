package dev.coppice.compiler.diag;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DiagnosticCodeTest {
  private static final Pattern SPECIFIER = Pattern.compile("%[^a-zA-Z%]*([a-zA-Z%])");

  /** One value for every conversion of the code's format. */
  private static Object[] arguments(DiagnosticCode code) {
    Matcher m = SPECIFIER.matcher(format(code));
    return m.results()
        .map(r -> r.group(1))
        .filter(c -> !c.equals("%") && !c.equals("n"))
        .map(c -> (Object) (c.equals("d") ? (Object) 7 : c.equals("s") ? "x" : (Object) 0.5))
        .toArray();
  }

  private static String format(DiagnosticCode code) {
    try {
      Field f = DiagnosticCode.class.getDeclaredField("format");
      f.setAccessible(true);
      return (String) f.get(code);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void labelsAreTheNamesInCamelCase() {
    assertEquals("UnsupportedOperator", DiagnosticCode.UNSUPPORTED_OPERATOR.label());
    assertEquals("BatchIsOne", DiagnosticCode.BATCH_IS_ONE.label());
    List<String> labels =
        Arrays.stream(DiagnosticCode.values()).map(DiagnosticCode::label).toList();
    assertEquals(labels.size(), labels.stream().distinct().count());
    labels.forEach(l -> assertTrue(l.matches("([A-Z][a-z0-9]*)+"), l));
  }

  @Test
  void formatsTakeTheirArguments() {
    for (DiagnosticCode code : DiagnosticCode.values()) {
      String text = assertDoesNotThrow(() -> code.format(arguments(code)), code.name());
      assertTrue(text.endsWith("."), code + ": message is not a sentence: " + text);
      assertTrue(text.equals(text.strip()) && !text.contains("  "), code + ": " + text);
    }
  }

  @Test
  void errorsSayWhatToDo() {
    for (DiagnosticCode code : DiagnosticCode.values()) {
      String remedy = code.remedy();
      assertTrue(remedy.isEmpty() || remedy.matches("[A-Z].*\\."), code + ": " + remedy);
    }
  }

  @Test
  void numbersAreWrittenTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals(
          "opset 6 of 'ai.onnx' is outside the supported range 7..24.",
          DiagnosticCode.UNSUPPORTED_OPSET.format(6, 7, 24));
      assertEquals("UnsupportedOperator", DiagnosticCode.UNSUPPORTED_OPERATOR.label());
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertEquals("LimitExceeded", DiagnosticCode.LIMIT_EXCEEDED.label());
    } finally {
      Locale.setDefault(before);
    }
  }
}
