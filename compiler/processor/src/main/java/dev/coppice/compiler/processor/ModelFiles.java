package dev.coppice.compiler.processor;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.choice.TextFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.tools.FileObject;
import javax.tools.StandardLocation;

/**
 * Finds model files, and text files that belong to them: below the folder of the processor option,
 * then among the resources that javac knows, by the path alone and relative to the package of the
 * annotated type.
 */
final class ModelFiles {
  /** The processor option that names a folder. */
  static final String OPTION = "coppice.modelDir";

  private static final List<StandardLocation> LOCATIONS =
      List.of(
          StandardLocation.CLASS_OUTPUT, StandardLocation.SOURCE_PATH, StandardLocation.CLASS_PATH);

  private final Optional<String> folder;
  private final Filer filer;

  ModelFiles(ProcessingEnvironment environment) {
    this.folder = Optional.ofNullable(environment.getOptions().get(OPTION));
    this.filer = environment.getFiler();
  }

  /** Makes something of a file, or of the bytes of one that javac has elsewhere. */
  private interface Reader<T> {
    T read(Path file);

    T read(String name, byte[] bytes);
  }

  /**
   * The model at {@code path}.
   *
   * @param packageName package of the annotated type
   * @throws CompileException with one diagnostic that says where it was looked for
   */
  ModelSource find(String path, String packageName) {
    Reader<ModelSource> reader =
        new Reader<>() {
          @Override
          public ModelSource read(Path file) {
            return ModelSource.file(file);
          }

          @Override
          public ModelSource read(String name, byte[] bytes) {
            return ModelSource.bytes(name, bytes);
          }
        };
    List<String> places = new ArrayList<>();
    return find(path, packageName, reader, places)
        .orElseThrow(
            () ->
                new CompileException(
                    DiagnosticCode.MODEL_NOT_FOUND,
                    SourceRef.NONE,
                    path,
                    String.join(", ", places)));
  }

  /**
   * The text file at {@code path}, which is looked for where models are.
   *
   * @throws CompileException with one diagnostic that says where it was looked for
   */
  TextFile text(String path, String packageName) {
    Reader<TextFile> reader =
        new Reader<>() {
          @Override
          public TextFile read(Path file) {
            return TextFile.read(file);
          }

          @Override
          public TextFile read(String name, byte[] bytes) {
            return TextFile.of(name, bytes);
          }
        };
    List<String> places = new ArrayList<>();
    return find(path, packageName, reader, places)
        .orElseThrow(
            () ->
                new CompileException(
                    DiagnosticCode.FILE_UNREADABLE,
                    SourceRef.file(path),
                    "no such file in " + String.join(", ", places)));
  }

  private <T> Optional<T> find(
      String path, String packageName, Reader<T> reader, List<String> places) {
    try {
      Path file = Path.of(folder.orElse("")).resolve(path);
      if (folder.isPresent() || file.isAbsolute()) {
        if (Files.isRegularFile(file)) {
          return Optional.of(reader.read(file));
        }
        places.add("folder '" + (file.isAbsolute() ? file.getParent() : folder.orElse("")) + "'");
      }
    } catch (InvalidPathException e) {
      places.add("the file system, since " + e.getMessage());
    }
    for (StandardLocation location : LOCATIONS) {
      for (String below : List.of(packageName, "")) {
        Optional<T> found = resource(location, below, path, reader);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    places.add("the class output, the source path, the class path");
    return Optional.empty();
  }

  private <T> Optional<T> resource(
      StandardLocation location, String below, String path, Reader<T> reader) {
    try {
      FileObject object = filer.getResource(location, below, path);
      URI uri = object.toUri();
      if ("file".equals(uri.getScheme())) {
        Path file = Path.of(uri);
        return Files.isRegularFile(file) ? Optional.of(reader.read(file)) : Optional.empty();
      }
      try (InputStream in = object.openInputStream()) {
        return Optional.of(reader.read(path, in.readAllBytes()));
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      // Locations that javac was not given, and paths such as ../kws.onnx that resources lack.
      return Optional.empty();
    }
  }
}
