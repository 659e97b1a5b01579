package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The class of each sample, counted from 0. */
public final class Labels {
  private final int[] classes;

  private Labels(int[] classes) {
    this.classes = classes;
  }

  /** Labels in the order of the samples. */
  public static Labels of(List<Integer> classes) {
    return new Labels(classes.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * The labels in {@code file}: an IDX or {@code .npy} array of integers of any shape, or text in
   * the form of {@link CsvRows} with one sample a row whose last column is the label. A first row
   * without a number there is a header. Any of them may be compressed with gzip.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic
   */
  public static Labels read(Path file) {
    return read(file, List.of());
  }

  /**
   * As {@link #read(Path)} for samples that are files: if the text's first column names any of
   * them, its labels are theirs by name, otherwise by order.
   *
   * @param names of the files, without folders
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic, also if a file has no
   *     label or a label no file
   */
  static Labels read(Path file, List<String> names) {
    SourceRef where = SourceRef.file(file.toString());
    try {
      byte[] bytes = Gzip.read(file);
      ByteBuffer data = ByteBuffer.wrap(bytes);
      if (NpyReader.accepts(data)) {
        return integers(NpyReader.read(data));
      }
      if (IdxReader.accepts(data)) {
        return integers(IdxReader.read(data));
      }
      return rows(new CsvRows(new String(bytes, StandardCharsets.UTF_8), where), names, where);
    } catch (MalformedData e) {
      throw DataFile.invalid(where, e.getMessage());
    } catch (NoSuchFileException e) {
      throw DataFile.invalid(where, "the file does not exist");
    } catch (IOException e) {
      throw DataFile.invalid(where, "the file cannot be read: " + FileProblem.of(e));
    }
  }

  private static Labels integers(Tensor tensor) throws MalformedData {
    if (!tensor.dtype().isInteger()) {
      throw new MalformedData("labels are " + tensor.dtype() + ", expected integers");
    }
    try {
      return new Labels(tensor.toInts());
    } catch (ArithmeticException e) {
      throw new MalformedData("a label exceeds 2^31-1");
    }
  }

  private static Labels rows(CsvRows rows, List<String> names, SourceRef where) {
    List<Integer> labels = new ArrayList<>();
    Map<String, Integer> named = new LinkedHashMap<>();
    Set<String> twice = new LinkedHashSet<>();
    boolean first = true;
    while (rows.hasNext()) {
      CsvRows.Row row = rows.next();
      String last = row.fields().get(row.fields().size() - 1);
      if (last.matches("\\d{1,9}")) {
        labels.add(Integer.parseInt(last));
        String name = fileName(row.fields().get(0));
        if (row.fields().size() > 1 && named.put(name, Integer.parseInt(last)) != null) {
          twice.add(name);
        }
      } else if (!first) {
        throw DataFile.invalid(
            where.atLine(row.line()), "the last column is '" + last + "', expected a class number");
      }
      first = false;
    }
    if (labels.isEmpty()) {
      throw DataFile.invalid(where, "the file holds no label");
    }
    if (names.stream().noneMatch(named::containsKey)) {
      return of(labels);
    }
    if (!twice.isEmpty()) {
      throw DataFile.invalid(where, "'" + twice.iterator().next() + "' has several labels");
    }
    return byName(named, names, where);
  }

  private static Labels byName(Map<String, Integer> named, List<String> names, SourceRef where) {
    List<Integer> labels = new ArrayList<>();
    for (String name : names) {
      Integer label = named.get(name);
      if (label == null) {
        throw DataFile.invalid(where, "there is no label for '" + name + "'");
      }
      labels.add(label);
    }
    Set<String> unknown = new LinkedHashSet<>(named.keySet());
    unknown.removeAll(new LinkedHashSet<>(names));
    if (!unknown.isEmpty()) {
      throw DataFile.invalid(
          where, "there is a label for '" + unknown.iterator().next() + "', but no such file");
    }
    return of(labels);
  }

  private static String fileName(String path) {
    return path.substring(1 + Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  }

  /** Number of samples. */
  public int count() {
    return classes.length;
  }

  /** The class of sample {@code i}. */
  public int at(int i) {
    return classes[i];
  }
}
