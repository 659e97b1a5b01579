package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsvReaderTest {
  private static CsvReader.Table table(String text, String... label) {
    return CsvReader.read(
        text.getBytes(StandardCharsets.UTF_8),
        List.of(label).stream().findFirst(),
        SourceRef.file("t.csv"));
  }

  private static int[] classes(Optional<Labels> labels) {
    Labels l = labels.orElseThrow();
    return IntStream.range(0, l.count()).map(l::at).toArray();
  }

  private static void assertRefused(String message, String text, String... label) {
    CompileException e = assertThrows(CompileException.class, () -> table(text, label));
    assertEquals("[DataInvalid] t.csv" + message + ".", e.getMessage());
  }

  @Test
  void readsNumbersWithoutAHeader() {
    CsvReader.Table table = table("1.5,-2e3\n.5,+4\n");
    assertEquals(TensorType.of(DType.FLOAT64, 2, 2), table.values().type());
    assertArrayEquals(new float[] {1.5f, -2000, 0.5f, 4}, table.values().toFloats());
    assertEquals(List.of(), table.names());
    assertTrue(table.labels().isEmpty());
  }

  @Test
  void keepsIntegersAsSuch() {
    CsvReader.Table table = table("a,b\n1,0.5\n2,1.5\n");
    assertEquals(TensorType.of(DType.INT32, 2), table.column(0).type());
    assertEquals(TensorType.of(DType.FLOAT64, 2), table.column(1).type());
    assertArrayEquals(new float[] {0.5f, 1.5f}, table.column(1).toFloats());
    assertEquals(DType.FLOAT64, table("3000000000").values().dtype());
  }

  @ParameterizedTest
  @CsvSource({"kind", "1", "last"})
  void takesTheLabelColumn(String label) {
    String text = label.equals("last") ? "x,y,kind\n5,6,2\n7,8,0\n" : "x,kind,y\n5,2,6\n7,0,8\n";
    CsvReader.Table table = table(text, label);
    assertEquals(List.of("x", "y"), table.names());
    assertArrayEquals(new long[] {5, 6, 7, 8}, table.values().toLongs());
    assertArrayEquals(new int[] {2, 0}, classes(table.labels()));
  }

  @Test
  void takesAFirstRowOfAnotherWidthForAHeader() {
    CsvReader.Table table = table("2,2,left,right,5\n1,2,0\n3,4,1\n", "last");
    assertEquals(List.of(), table.names());
    assertArrayEquals(new long[] {1, 2, 3, 4}, table.values().toLongs());
    assertArrayEquals(new long[] {1, 2, 3}, table("7\n1,2,3\n").values().toLongs());
    assertArrayEquals(new long[] {7}, table("7").values().toLongs());
  }

  @Test
  void saysWhereAFieldIsNoNumber() {
    assertRefused(":3: column 1 ('b') is 'x', expected a number", "a,b\n1,2\n3,x\n");
    assertRefused(":2: column 0 is '1,5', expected a number", "1;2\n\"1,5\";2\n");
    assertRefused(":2: column 1 is empty, expected a number", "1,2\n1,\n");
    assertRefused(":2: column 0 is '0x10', expected a number", "1\n0x10\n");
    assertRefused(":2: column 0 is '1e999', expected a number", "1\n1e999\n");
    assertRefused(":2: column 1 is '-1', expected a class number", "1,2\n1,-1\n", "1");
    assertRefused(":2: column 1 is 'cat', expected a class number", "1,2\n1,cat\n", "last");
    assertRefused(":5: column 0 ('a b') is 'x', expected a number", "\"a b\"\n1\n\n\nx\n");
  }

  @Test
  void refusesMixedWidths() {
    assertRefused(":4: the row has 1 fields, the rows before it have 2", "a,b\n1,2\n3,4\n5\n");
  }

  @Test
  void refusesColumnsThatAreNotThere() {
    String columns = "; the file has 2 columns, ";
    String expected = ". Expected a name, a number from 0 to 1, or last";
    assertRefused(
        ": there is no label column 'kind'" + columns + "named a, b" + expected,
        "a,b\n1,2\n",
        "kind");
    assertRefused(
        ": there is no label column '2'" + columns + "without names" + expected, "1,2\n", "2");
    assertRefused(": the only column is the label column; there are no values", "1\n", "0");
  }

  @Test
  void refusesEmptyTables() {
    assertRefused(": the file is empty, expected a sample a row", "\n");
    assertRefused(": the file holds a header at most, expected a sample a row", "a,b\n");
  }

  @ParameterizedTest
  @CsvSource({
    "digits.csv.gz, 1797, 64, 10",
    "iris.csv, 150, 4, 3",
    "wine_data.csv, 178, 13, 3",
    "breast_cancer.csv, 569, 30, 2"
  })
  void readsRealTables(String name, int rows, int columns, int classes) throws IOException {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "skipped: no folder of shared data");
    Path file = Shared.folder().orElseThrow().resolve("data/tabular").resolve(name);
    CsvReader.Table table =
        CsvReader.read(Gzip.read(file), Optional.of("last"), SourceRef.file(name));
    assertEquals(rows, table.rows().size());
    assertEquals(columns, table.columns());
    assertEquals(classes, IntStream.of(classes(table.labels())).distinct().count());
  }
}
