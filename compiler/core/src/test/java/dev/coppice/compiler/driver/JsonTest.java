package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void textIsEscaped() {
    assertEquals("\"a\\\"b\\\\c\\nd\\u0001\"", Json.line("a\"b\\c\nd\u0001"));
    assertEquals("\"é\"", Json.line("é"));
  }

  @Test
  void numbersAndWhatIsNone() {
    assertEquals("[1, 2.5, true]", Json.line(List.of(1, 2.5, true)));
    assertEquals(
        "[\"NaN\", \"Infinity\"]", Json.line(List.of(Double.NaN, Float.POSITIVE_INFINITY)));
  }

  @Test
  void mapsKeepTheirOrder() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", List.of());
    map.put("a", Map.of("k", 1));
    assertEquals("{\"z\": [], \"a\": {\"k\": 1}}", Json.line(map));
    assertEquals("{\n  \"z\": [],\n  \"a\": {\n    \"k\": 1\n  }\n}", Json.pretty(map));
  }
}
