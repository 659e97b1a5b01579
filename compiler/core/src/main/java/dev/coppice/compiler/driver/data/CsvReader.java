package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tables of numbers as text, in the form of {@link CsvRows}: a sample a row, with or without a
 * class.
 *
 * <p>The first row is a header if a field of it is no number, or if it has another number of fields
 * than the second; only if it has as many does it name columns.
 */
final class CsvReader {
  private final SourceRef where;
  private final List<double[]> rows = new ArrayList<>();
  private final List<Integer> classes = new ArrayList<>();
  private List<String> names = List.of();
  private int width;
  private int label = -1;

  private CsvReader(SourceRef where) {
    this.where = where;
  }

  /**
   * A table without its label column.
   *
   * @param names of the columns; empty if no header names them
   * @param rows the values, row by row
   * @param labels the label column, if one was chosen
   */
  record Table(List<String> names, List<double[]> rows, Optional<Labels> labels) {
    Table {
      names = List.copyOf(names);
      rows = List.copyOf(rows);
    }

    int columns() {
      return rows.get(0).length;
    }

    /** All values, {@code [rows, columns]}. */
    Tensor values() {
      return tensor(0, columns(), Shape.of(rows.size(), columns()));
    }

    /** The values of column {@code c}, {@code [rows]}. */
    Tensor column(int c) {
      return tensor(c, 1, Shape.of(rows.size()));
    }

    /** Integers of 32 bits if all are such, otherwise float64. */
    private Tensor tensor(int from, int n, Shape shape) {
      boolean integers = true;
      for (double[] row : rows) {
        for (int c = from; c < from + n; c++) {
          integers &= row[c] == (int) row[c];
        }
      }
      return Tensor.fromDoubles(
          new TensorType(integers ? DType.INT32 : DType.FLOAT64, shape),
          i -> rows.get(i / n)[from + i % n]);
    }
  }

  /**
   * The table in {@code text}.
   *
   * @param labelColumn the column that holds the class of each sample: its name in the header, its
   *     number counted from 0, or {@code last}
   * @param where what diagnostics name
   * @throws CompileException with one diagnostic, which names line and column
   */
  static Table read(byte[] text, Optional<String> labelColumn, SourceRef where) {
    CsvReader reader = new CsvReader(where);
    reader.read(new CsvRows(new String(text, StandardCharsets.UTF_8), where), labelColumn);
    List<String> names = new ArrayList<>(reader.names);
    if (reader.label >= 0 && !names.isEmpty()) {
      names.remove(reader.label);
    }
    Optional<Labels> labels = Optional.empty();
    if (reader.label >= 0) {
      labels = Optional.of(Labels.of(reader.classes));
    }
    return new Table(names, reader.rows, labels);
  }

  private void read(CsvRows lines, Optional<String> labelColumn) {
    if (!lines.hasNext()) {
      throw DataFile.invalid(where, "the file is empty, expected a sample a row");
    }
    CsvRows.Row first = lines.next();
    boolean numbers = first.fields().stream().noneMatch(f -> Double.isNaN(number(f)));
    if (!lines.hasNext() && !numbers) {
      throw DataFile.invalid(where, "the file holds a header at most, expected a sample a row");
    }
    CsvRows.Row row = lines.hasNext() ? lines.next() : first;
    width = row.fields().size();
    boolean sameWidth = first.fields().size() == width;
    if (!numbers && sameWidth) {
      names = first.fields();
    }
    label = labelColumn.map(this::column).orElse(-1);
    if (row != first && numbers && sameWidth) {
      add(first);
    }
    add(row);
    while (lines.hasNext()) {
      add(lines.next());
    }
  }

  private int column(String chosen) {
    int column = names.indexOf(chosen);
    if (column < 0 && chosen.equals("last")) {
      column = width - 1;
    } else if (column < 0 && chosen.matches("\\d{1,9}")) {
      column = Integer.parseInt(chosen);
    }
    if (column < 0 || column >= width) {
      throw DataFile.invalid(
          where,
          "there is no label column '"
              + chosen
              + "'; the file has "
              + width
              + " columns, "
              + (names.isEmpty() ? "without names" : "named " + String.join(", ", names))
              + ". Expected a name, a number from 0 to "
              + (width - 1)
              + ", or last");
    }
    if (width == 1) {
      throw DataFile.invalid(where, "the only column is the label column; there are no values");
    }
    return column;
  }

  private void add(CsvRows.Row row) {
    List<String> fields = row.fields();
    if (fields.size() != width) {
      throw DataFile.invalid(
          where.atLine(row.line()),
          "the row has " + fields.size() + " fields, the rows before it have " + width);
    }
    double[] values = new double[label < 0 ? width : width - 1];
    int n = 0;
    for (int c = 0; c < width; c++) {
      if (c == label) {
        classes.add(classNumber(row, c));
      } else {
        double value = number(fields.get(c));
        if (Double.isNaN(value)) {
          throw wrong(row, c, "a number");
        }
        values[n++] = value;
      }
    }
    rows.add(values);
  }

  private int classNumber(CsvRows.Row row, int c) {
    double value = number(row.fields().get(c));
    if (!(value >= 0 && value == (int) value)) {
      throw wrong(row, c, "a class number");
    }
    return (int) value;
  }

  private CompileException wrong(CsvRows.Row row, int c, String expected) {
    String field = row.fields().get(c);
    return DataFile.invalid(
        where.atLine(row.line()),
        "column "
            + c
            + (names.isEmpty() ? "" : " ('" + names.get(c) + "')")
            + (field.isEmpty() ? " is empty" : " is '" + field + "'")
            + ", expected "
            + expected);
  }

  /** A finite decimal number, otherwise NaN; Java's suffixes and hexadecimal digits are none. */
  private static double number(String field) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        return Double.NaN;
      }
    }
    try {
      double value = Double.parseDouble(field);
      return Double.isInfinite(value) ? Double.NaN : value;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
