package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.data.InputScaling;
import dev.coppice.compiler.driver.data.Labels;
import dev.coppice.compiler.driver.data.Samples;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Examples in files, as a recipe names them; see docs/recipes.md. */
final class ExampleFiles {
  private static final List<String> KEYS =
      List.of("inputs", "labels", "offset", "scale", "mean", "std", "layout", "from", "count");

  private ExampleFiles() {}

  /** What {@code key} of {@code data} names; empty if it is absent or, reported, not valid. */
  static Optional<ExampleSource> read(YamlMap data, String key, Path folder) {
    return data.map(key, key + " data", KEYS).flatMap(map -> source(map, key, folder));
  }

  private static Optional<ExampleSource> source(YamlMap map, String key, Path folder) {
    Optional<String> inputs = map.text("inputs");
    if (inputs.isEmpty()) {
      map.report("key 'inputs' is missing in " + key + " data, expected a file or folder");
      return Optional.empty();
    }
    InputScaling scaling =
        new InputScaling(
            map.has("offset") ? map.ratio("offset") : 0,
            map.has("scale") ? map.ratio("scale") : 1,
            map.ratios("mean"),
            map.ratios("std"),
            map.has("layout")
                && map.choice("layout", List.of("nchw", "nhwc")).orElse("nchw").equals("nhwc"));
    int from = map.has("from") ? map.integer("from", 0, Integer.MAX_VALUE).orElse(0) : 0;
    int count =
        map.has("count") ? map.integer("count", 1, Integer.MAX_VALUE).orElse(1) : Integer.MAX_VALUE;
    Optional<Path> labels = map.text("labels").map(folder::resolve);
    return Optional.of(new Source(folder.resolve(inputs.get()), labels, scaling, from, count));
  }

  /** Files and how they become what the model takes. */
  private record Source(Path data, Optional<Path> labels, InputScaling scaling, int from, int count)
      implements ExampleSource {
    @Override
    public String name() {
      return data.toString();
    }

    @Override
    public String fingerprint() {
      return this + state(data) + labels.map(Source::state).orElse("");
    }

    private static String state(Path path) {
      try {
        return " " + Files.size(path) + " " + Files.getLastModifiedTime(path);
      } catch (IOException e) {
        return " absent";
      }
    }

    @Override
    public Examples open(List<Port> inputs) {
      Samples samples = Samples.read(data, inputs, scaling);
      int[] classes = labels.map(Labels::read).orElse(new int[0]);
      SourceRef where = SourceRef.file(data.toString());
      if (labels.isPresent() && classes.length != samples.count()) {
        throw new CompileException(
            DiagnosticCode.DATA_INVALID,
            where,
            classes.length + " labels for " + samples.count() + " samples");
      }
      if (from >= samples.count()) {
        throw new CompileException(
            DiagnosticCode.DATA_INVALID,
            where,
            "'from' is " + from + ", but there are " + samples.count() + " samples");
      }
      Examples all =
          new Examples() {
            @Override
            public int count() {
              return samples.count();
            }

            @Override
            public List<Tensor> inputs(int i) {
              return samples.sample(i);
            }

            @Override
            public OptionalInt label(int i) {
              return classes.length == 0 ? OptionalInt.empty() : OptionalInt.of(classes[i]);
            }
          };
      return all.range(from, (int) Math.min(samples.count(), (long) from + count));
    }
  }
}
