package dev.coppice.compiler.processor;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.ModelSource;
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
 * Finds model files: below the folder of the processor option, then among the resources that javac
 * knows, by the path alone and relative to the package of the annotated type.
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

  /**
   * The model at {@code path}.
   *
   * @param packageName package of the annotated type
   * @throws CompileException with one diagnostic that says where it was looked for
   */
  ModelSource find(String path, String packageName) {
    List<String> places = new ArrayList<>();
    try {
      Path file = Path.of(folder.orElse("")).resolve(path);
      if (folder.isPresent() || file.isAbsolute()) {
        if (Files.isRegularFile(file)) {
          return ModelSource.file(file);
        }
        places.add("folder '" + (file.isAbsolute() ? file.getParent() : folder.orElse("")) + "'");
      }
    } catch (InvalidPathException e) {
      places.add("the file system, since " + e.getMessage());
    }
    for (StandardLocation location : LOCATIONS) {
      for (String below : List.of(packageName, "")) {
        Optional<ModelSource> model = resource(location, below, path);
        if (model.isPresent()) {
          return model.get();
        }
      }
    }
    places.add("the class output, the source path, the class path");
    throw new CompileException(
        DiagnosticCode.MODEL_NOT_FOUND, SourceRef.NONE, path, String.join(", ", places));
  }

  private Optional<ModelSource> resource(StandardLocation location, String below, String path) {
    try {
      FileObject object = filer.getResource(location, below, path);
      URI uri = object.toUri();
      if ("file".equals(uri.getScheme())) {
        Path file = Path.of(uri);
        return Files.isRegularFile(file) ? Optional.of(ModelSource.file(file)) : Optional.empty();
      }
      try (InputStream in = object.openInputStream()) {
        return Optional.of(ModelSource.bytes(path, in.readAllBytes()));
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      // Locations that javac was not given, and paths such as ../kws.onnx that resources lack.
      return Optional.empty();
    }
  }
}
