package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The rows of a text with delimiters, as RFC 4180 has them: fields may be quoted, and a quoted one
 * may hold delimiters, line ends and doubled quotes. The delimiter is a tab if the second line (or
 * the only one) has one outside of quotes, otherwise a semicolon if it has that, otherwise a comma.
 * Blank lines are passed over; fields that are not quoted lose the spaces around them.
 */
final class CsvRows implements Iterator<CsvRows.Row> {
  private final String text;
  private final SourceRef where;
  private final char delimiter;
  private int at;
  private int line = 1;

  /**
   * One row.
   *
   * @param line its 1-based line; the first of several
   * @param fields at least one
   */
  record Row(int line, List<String> fields) {
    Row {
      fields = List.copyOf(fields);
    }
  }

  /**
   * The rows of {@code text}.
   *
   * @param where what diagnostics name
   */
  CsvRows(String text, SourceRef where) {
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.where = where;
    this.delimiter = delimiter(this.text);
    skipBlankLines();
  }

  private static char delimiter(String text) {
    List<String> lines = text.lines().filter(l -> !l.isBlank()).limit(2).toList();
    String line = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    String unquoted = line.replaceAll("\"[^\"]*\"", "");
    for (char candidate : new char[] {'\t', ';'}) {
      if (unquoted.indexOf(candidate) >= 0) {
        return candidate;
      }
    }
    return ',';
  }

  @Override
  public boolean hasNext() {
    return at < text.length();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int start = line;
    List<String> fields = new ArrayList<>();
    fields.add(field(0));
    while (at < text.length() && text.charAt(at) == delimiter) {
      at++;
      fields.add(field(fields.size()));
    }
    skipBlankLines();
    return new Row(start, fields);
  }

  private String field(int column) {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return quoted(column);
    }
    int from = at;
    while (!atFieldEnd()) {
      at++;
    }
    return text.substring(from, at).trim();
  }

  private String quoted(int column) {
    int start = line;
    StringBuilder field = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '"') {
        line += isLineEnd(at) ? 1 : 0;
        field.append(c);
      } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
        field.append(c);
        at++;
      } else {
        at++;
        skipToFieldEnd(column);
        return field.toString();
      }
    }
    throw DataFile.invalid(
        where.atLine(start), "the quote that opens column " + column + " is never closed");
  }

  private void skipToFieldEnd(int column) {
    while (!atFieldEnd()) {
      if (text.charAt(at) != ' ') {
        throw DataFile.invalid(
            where.atLine(line),
            "column " + column + " goes on after its closing quote, expected a delimiter");
      }
      at++;
    }
  }

  private boolean atFieldEnd() {
    return at >= text.length()
        || text.charAt(at) == delimiter
        || text.charAt(at) == '\n'
        || text.charAt(at) == '\r';
  }

  /** Whether a line ends with character {@code i}: a carriage return before a newline ends none. */
  private boolean isLineEnd(int i) {
    return text.charAt(i) == '\n'
        || text.charAt(i) == '\r' && !(i + 1 < text.length() && text.charAt(i + 1) == '\n');
  }

  private void skipBlankLines() {
    int end = at;
    while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
      if (isLineEnd(end)) {
        line++;
        at = end + 1;
      }
      // Spaces and tabs before a first field belong to the row: a tab may delimit empty fields.
      end++;
    }
    if (end == text.length()) {
      at = end;
    }
  }
}
