package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.driver.data.DataSetting;
import dev.coppice.compiler.driver.data.DataSpec;
import dev.coppice.compiler.driver.data.Dataset;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Examples in files, as a recipe names them: {@code inputs} and the keys of {@link DataSetting}.
 */
record ExampleFiles(DataSpec spec) implements ExampleSource {
  private static final String INPUTS = "inputs";

  /**
   * What {@code key} of {@code data} names; empty if it is absent or, reported, not valid.
   *
   * @param folder where paths begin
   */
  static Optional<ExampleSource> read(YamlMap data, String key, Path folder) {
    List<String> keys = new ArrayList<>(List.of(INPUTS));
    keys.addAll(DataSetting.keys());
    return data.map(key, key + " data", keys).flatMap(map -> source(map, key, folder));
  }

  private static Optional<ExampleSource> source(YamlMap map, String key, Path folder) {
    Optional<String> inputs = map.text(INPUTS);
    if (inputs.isEmpty()) {
      map.report("key 'inputs' is missing in " + key + " data, expected a file or folder");
      return Optional.empty();
    }
    DataSpec spec;
    try {
      spec = DataSpec.of(folder.resolve(inputs.get()));
    } catch (InvalidPathException e) {
      map.report(INPUTS, "is wrong: '" + inputs.get() + "' is no path: " + e.getReason());
      return Optional.empty();
    }
    for (DataSetting setting : DataSetting.values()) {
      if (map.has(setting.key())) {
        String text = map.texts(setting.key());
        try {
          spec = setting.apply(spec, text);
        } catch (IllegalArgumentException e) {
          map.report(setting.key(), "is wrong: " + e.getMessage());
        }
      }
    }
    Optional<Path> labels = spec.labels();
    return Optional.of(
        new ExampleFiles(
            labels.isPresent() ? spec.withLabels(folder.resolve(labels.get())) : spec));
  }

  @Override
  public String name() {
    return spec.path().toString();
  }

  @Override
  public String fingerprint() {
    return spec + state(spec.path()) + spec.labels().map(ExampleFiles::state).orElse("");
  }

  /** The time of a folder is not that of what is in its files, so each of them counts. */
  private static String state(Path path) {
    try (Stream<Path> files = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .sorted()
          .map(f -> (f.equals(path) ? "" : " " + path.relativize(f)) + stateOfOne(f))
          .collect(Collectors.joining());
    } catch (IOException | UncheckedIOException e) {
      return " absent";
    }
  }

  private static String stateOfOne(Path file) {
    try {
      return " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return " absent";
    }
  }

  @Override
  public Examples open(List<Port> inputs) {
    Dataset data = spec.open(inputs);
    return new Examples() {
      @Override
      public int count() {
        return data.count();
      }

      @Override
      public List<Tensor> inputs(int i) {
        return data.inputs(i);
      }

      @Override
      public OptionalInt label(int i) {
        return data.label(i);
      }
    };
  }
}
