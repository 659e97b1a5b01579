package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder whose files of one kind are samples, sorted by name. Either they lie in it, and the file
 * {@code labels.csv} beside them, if it is there, has the name and the class of each. Or they lie
 * in one sub-folder a class: the classes are the numbers in the order of the sub-folders' names, or
 * the names themselves if all of them are numbers. Names that begin with a dot are passed over.
 *
 * @param files the samples
 * @param labels their classes, if they are known
 */
record SampleFolder(List<Path> files, Optional<Labels> labels) {
  private static final String LABELS = "labels.csv";

  SampleFolder {
    files = List.copyOf(files);
  }

  /** Whether {@code folder} or a sub-folder holds a file with one of {@code endings}. */
  static boolean holds(Path folder, List<String> endings) {
    return !files(folder, endings).isEmpty()
        || folders(folder).stream().anyMatch(f -> !files(f, endings).isEmpty());
  }

  /**
   * The samples in {@code folder}.
   *
   * @param endings of the names of samples, in lower case
   * @throws CompileException with one diagnostic if there are none, or some are in the folder and
   *     some below it
   */
  static SampleFolder read(Path folder, List<String> endings) {
    SourceRef where = SourceRef.file(folder.toString());
    List<Path> flat = files(folder, endings);
    List<Path> classes =
        folders(folder).stream().filter(f -> !files(f, endings).isEmpty()).toList();
    if (flat.isEmpty() && classes.isEmpty()) {
      throw DataFile.invalid(
          where, "the folder holds no file whose name ends in " + String.join(", ", endings));
    }
    if (!flat.isEmpty() && !classes.isEmpty()) {
      throw DataFile.invalid(
          where,
          "there are samples in the folder and in its sub-folder '"
              + name(classes.get(0))
              + "'; expected all in the folder, or all in one sub-folder a class");
    }
    return flat.isEmpty() ? ofClasses(folder, endings, where) : ofFiles(folder, flat);
  }

  private static SampleFolder ofFiles(Path folder, List<Path> files) {
    Path labels = folder.resolve(LABELS);
    return new SampleFolder(
        files,
        Files.exists(labels) ? Optional.of(Labels.read(labels, names(files))) : Optional.empty());
  }

  private static SampleFolder ofClasses(Path folder, List<String> endings, SourceRef where) {
    List<Path> classes = folders(folder);
    boolean numbers = classes.stream().allMatch(f -> name(f).matches("\\d{1,9}"));
    List<Path> all = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      Path folderOfClass = classes.get(i);
      List<Path> files = files(folderOfClass, endings);
      if (files.isEmpty()) {
        throw DataFile.invalid(
            where,
            "the sub-folder '"
                + name(folderOfClass)
                + "' holds no sample, but others do; expected one sub-folder a class");
      }
      for (Path file : files) {
        all.add(file);
        labels.add(numbers ? Integer.parseInt(name(folderOfClass)) : i);
      }
    }
    return new SampleFolder(all, Optional.of(Labels.of(labels)));
  }

  /** The names of {@code files}, without folders. */
  static List<String> names(List<Path> files) {
    return files.stream().map(SampleFolder::name).toList();
  }

  private static List<Path> files(Path folder, List<String> endings) {
    return entries(folder).stream()
        .filter(p -> Files.isRegularFile(p) && endsIn(name(p), endings))
        .toList();
  }

  private static List<Path> folders(Path folder) {
    return entries(folder).stream().filter(Files::isDirectory).toList();
  }

  /** Whether {@code name} has one of {@code endings}, in whatever case. */
  static boolean endsIn(String name, List<String> endings) {
    String lower = name.toLowerCase(Locale.ROOT);
    return endings.stream().anyMatch(lower::endsWith);
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(p -> !name(p).startsWith("."))
          .sorted(Comparator.comparing(SampleFolder::name))
          .toList();
    } catch (IOException e) {
      throw DataFile.invalid(
          SourceRef.file(folder.toString()), "the folder cannot be read: " + FileProblem.of(e));
    }
  }

  private static String name(Path path) {
    return path.getFileName() == null ? "" : path.getFileName().toString();
  }
}
