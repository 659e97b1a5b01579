package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of a data file. What a file is, its first bytes say, not its name; any of them may be
 * compressed with gzip.
 *
 * @param source the file as the user named it
 * @param arrays in the file's order; a file of one array without a name calls it {@code ""}
 */
public record DataFile(String source, Map<String, Tensor> arrays) {
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int ZIP_MAGIC = 0x504b;

  public DataFile {
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }

  /**
   * The arrays in {@code file}: a NumPy archive ({@code .npz}), a NumPy array ({@code .npy}) or an
   * IDX array (the format of MNIST).
   *
   * @throws CompileException with one diagnostic if it cannot be read or is none of these
   */
  public static DataFile read(Path file) {
    SourceRef where = SourceRef.file(file.toString());
    try {
      int magic = magic(file);
      if (magic == ZIP_MAGIC) {
        return new DataFile(file.toString(), NpzReader.read(file));
      }
      byte[] bytes = magic == GZIP_MAGIC ? Gzip.unpack(file) : Files.readAllBytes(file);
      ByteBuffer data = ByteBuffer.wrap(bytes);
      if (NpyReader.accepts(data)) {
        return new DataFile(file.toString(), Map.of("", NpyReader.read(data)));
      }
      if (IdxReader.accepts(data)) {
        return new DataFile(file.toString(), Map.of("", IdxReader.read(data)));
      }
    } catch (MalformedData e) {
      throw invalid(where, e.getMessage());
    } catch (NoSuchFileException e) {
      throw invalid(where, "the file does not exist");
    } catch (IOException e) {
      throw invalid(where, "the file cannot be read: " + FileProblem.of(e));
    }
    throw invalid(
        where,
        "the file is neither a NumPy (.npz, .npy) nor an IDX file, and its name ends neither as"
            + " those of tables (.csv, .tsv), nor of pictures (.png, .jpg, .bmp, .gif), nor of"
            + " recordings (.wav)");
  }

  private static int magic(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(2);
      return head.length < 2 ? -1 : (head[0] & 0xFF) << 8 | head[1] & 0xFF;
    }
  }

  static CompileException invalid(SourceRef where, @Nullable String message) {
    return new CompileException(DiagnosticCode.DATA_INVALID, where, String.valueOf(message));
  }
}
