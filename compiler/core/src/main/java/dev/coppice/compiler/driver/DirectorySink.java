package dev.coppice.compiler.driver;

import dev.coppice.compiler.emit.GeneratedModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes sources below one folder and resources below another, which may be the same. All files are
 * complete beside their places before the first is moved there, so no file is ever seen half
 * written; a file that already has the content keeps its time stamp.
 */
public final class DirectorySink implements OutputSink {
  private final Path sources;
  private final Path resources;

  /** A sink below these folders, which are made when needed. */
  public DirectorySink(Path sources, Path resources) {
    this.sources = sources;
    this.resources = resources;
  }

  /** Where the files of {@code model} go, sources first. */
  public List<Path> paths(GeneratedModel model) {
    List<Path> paths = new ArrayList<>();
    model.sources().forEach(s -> paths.add(sources.resolve(s.path())));
    model.resources().forEach(r -> paths.add(resources.resolve(r.path())));
    return paths;
  }

  @Override
  public void write(GeneratedModel model) throws IOException {
    List<Staged> staged = new ArrayList<>();
    try {
      for (GeneratedModel.SourceFile s : model.sources()) {
        byte[] text = s.text().getBytes(StandardCharsets.UTF_8);
        staged.add(stage(sources.resolve(s.path()), out -> out.write(text)));
      }
      for (GeneratedModel.Resource r : model.resources()) {
        staged.add(stage(resources.resolve(r.path()), r.content()));
      }
      for (Staged s : staged) {
        s.move();
      }
    } finally {
      for (Staged s : staged) {
        Files.deleteIfExists(s.temporary);
      }
    }
  }

  private static Staged stage(Path target, GeneratedModel.Content content) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(target + " is no file path");
    }
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "is a folder, expected a file");
    }
    Files.createDirectories(folder);
    Path temporary = folder.resolve("." + target.getFileName() + ".tmp");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
      content.writeTo(out);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    return new Staged(temporary, target);
  }

  private record Staged(Path temporary, Path target) {
    void move() throws IOException {
      if (Files.exists(target) && Files.mismatch(temporary, target) < 0) {
        return;
      }
      try {
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
