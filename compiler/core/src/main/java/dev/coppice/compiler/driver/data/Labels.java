package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The class of each sample, counted from 0. */
public final class Labels {
  private Labels() {}

  /**
   * The labels in {@code file}: an IDX or {@code .npy} array of integers of any shape, or text with
   * one sample a line whose last column, after a comma, is the label. A first line without a number
   * there is a header. Any of them may be compressed with gzip.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic
   */
  public static int[] read(Path file) {
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
      return lines(new String(bytes, StandardCharsets.UTF_8), where);
    } catch (MalformedData e) {
      throw DataFile.invalid(where, e.getMessage());
    } catch (NoSuchFileException e) {
      throw DataFile.invalid(where, "the file does not exist");
    } catch (IOException e) {
      throw DataFile.invalid(where, "the file cannot be read: " + e.getMessage());
    }
  }

  private static int[] integers(Tensor tensor) throws MalformedData {
    if (!tensor.dtype().isInteger()) {
      throw new MalformedData("labels are " + tensor.dtype() + ", expected integers");
    }
    try {
      return tensor.toInts();
    } catch (ArithmeticException e) {
      throw new MalformedData("a label exceeds 2^31-1");
    }
  }

  private static int[] lines(String text, SourceRef where) {
    List<String> lines = text.lines().toList();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).trim();
      if (line.isEmpty()) {
        continue;
      }
      String last = line.substring(line.lastIndexOf(',') + 1).trim();
      if (last.matches("\\d{1,9}")) {
        labels.add(Integer.parseInt(last));
      } else if (i > 0) {
        throw DataFile.invalid(
            where.atLine(i + 1), "the last column is '" + last + "', expected a class number");
      }
    }
    if (labels.isEmpty()) {
      throw DataFile.invalid(where, "the file holds no label");
    }
    return labels.stream().mapToInt(Integer::intValue).toArray();
  }
}
