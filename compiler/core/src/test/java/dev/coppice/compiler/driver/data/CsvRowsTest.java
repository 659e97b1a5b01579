package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CsvRowsTest {
  private static CsvRows of(String text) {
    return new CsvRows(text, SourceRef.file("t.csv"));
  }

  /** Rows as {@code line:[fields]}. */
  private static List<String> rows(String text) {
    List<String> rows = new ArrayList<>();
    of(text).forEachRemaining(r -> rows.add(r.line() + ":" + r.fields()));
    return rows;
  }

  private static void assertRefused(String text, String message) {
    CompileException e = assertThrows(CompileException.class, () -> rows(text));
    assertEquals("[DataInvalid] " + message + ".", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t"})
  void findsTheDelimiter(String delimiter) {
    assertEquals(List.of("1:[a, b]", "2:[1, 2]"), rows("a,b\n1,2\n".replace(",", delimiter)));
    assertEquals(List.of("1:[1, 2]"), rows("1" + delimiter + "2"));
  }

  @Test
  void decidesByTheSecondLineOutsideOfQuotes() {
    assertEquals(List.of("1:[a;b, c]", "2:[1;2, 3]"), rows("a;b,c\n\"1;2\",3"));
    assertEquals(List.of("1:[1,5, 2]", "2:[1,5, 3]"), rows("1,5;2\n1,5;3"));
  }

  @Test
  void endsLinesAsEverySystemDoes() {
    List<String> expected = List.of("1:[1, 2]", "3:[3, 4]");
    assertEquals(expected, rows("1,2\n\n3,4\n"));
    assertEquals(expected, rows("1,2\r\n \r\n3,4\r\n\r\n"));
    assertEquals(expected, rows("1,2\r\r3,4"));
    assertEquals(List.of("3:[1]"), rows("\n  \n1"));
  }

  @Test
  void keepsEmptyFields() {
    assertEquals(List.of("1:[, 1, ]", "2:[, , ]"), rows(",1,\n,,\n"));
    assertEquals(List.of("1:[, 1]", "2:[, 2]"), rows("\t1\n\t2\n"));
  }

  @Test
  void unquotes() {
    assertEquals(List.of("1:[a,\"b\", c]"), rows(" \"a,\"\"b\"\"\" ,c"));
    assertEquals(List.of("1:[a\nb, 1]", "3:[c, 2]"), rows("\"a\nb\",1\nc,2"));
    assertEquals(List.of("1:[ a , b]"), rows("\" a \", b "));
  }

  @Test
  void passesOverAByteOrderMark() {
    assertEquals(List.of("1:[a, b]"), rows("\uFEFF\"a\",b"));
  }

  @Test
  void refusesBrokenQuotes() {
    assertRefused("1,2\n3,\"4\n5,6\n", "t.csv:2: the quote that opens column 1 is never closed");
    assertRefused(
        "\"1\"2,3", "t.csv:1: column 0 goes on after its closing quote, expected a delimiter");
  }

  @Test
  void ends() {
    assertEquals(List.of(), rows(" \n\n"));
    assertThrows(NoSuchElementException.class, () -> of("").next());
  }
}
