package dev.coppice.compiler.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Compiled, interpreted and on ONNX Runtime, random models give the same outputs. {@code
 * -Dcoppice.randomModels=2000} runs so many seeds; seeds that ever failed are in {@code
 * random/seeds.txt} and are always run.
 */
final class RandomModelsTest {
  private static final int SEEDS = Integer.getInteger("coppice.randomModels", 60);
  private static final long FIRST = Long.getLong("coppice.firstRandomModel", 0);

  /** Models that go through one run of javac. */
  private static final int BATCH = 50;

  /** A model, what it was run on and what ONNX Runtime says. */
  private record Prepared(
      RandomModel model, ImportedModel imported, List<Tensor> inputs, List<Tensor> expected) {}

  private final List<String> differences = new ArrayList<>();

  @Test
  void seedsGiveTheSameModelEveryTime() {
    for (long seed = 0; seed < 9; seed++) {
      assertEquals(RandomModel.of(seed), RandomModel.of(seed));
    }
    assertTrue(
        LongStream.range(0, 60).mapToObj(RandomModel::of).map(RandomModel::proto).distinct().count()
            > 55);
  }

  @Test
  void mostQuantizedOutputsAreNotSaturated() {
    int varied = 0;
    int outputs = 0;
    for (long seed = 2; seed < 90; seed += 3) {
      RandomModel model = RandomModel.of(seed);
      Graph graph = ModelCompiler.load(request(model), model.proto()).graph();
      for (Tensor t : new ReferenceInterpreter(graph).run(SeededInputs.of(graph, seed))) {
        outputs++;
        varied +=
            IntStream.range(0, t.size()).mapToDouble(t::doubleAt).distinct().count() > 2 ? 1 : 0;
      }
    }
    assertTrue(varied > 0.7 * outputs, varied + " of " + outputs);
  }

  @Test
  void seedsThatEverFailedAgree() throws IOException {
    try (InputStream in = RandomModelsTest.class.getResourceAsStream("/random/seeds.txt")) {
      List<Long> seeds =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> Long.valueOf(line.split(" ")[0]))
              .toList();
      check(seeds);
    }
  }

  @Test
  void seedsAgree() {
    check(LongStream.range(FIRST, FIRST + SEEDS).boxed().toList());
  }

  private void check(List<Long> seeds) {
    for (int from = 0; from < seeds.size(); from += BATCH) {
      List<Prepared> batch = new ArrayList<>();
      seeds
          .subList(from, Math.min(seeds.size(), from + BATCH))
          .forEach(seed -> prepare(seed).ifPresent(batch::add));
      Emitters.all().forEach(emitter -> compareCompiled(batch, emitter));
    }
    assertEquals("", String.join("\n", differences));
  }

  private Optional<Prepared> prepare(long seed) {
    RandomModel model = RandomModel.of(seed);
    try {
      ImportedModel imported = ModelCompiler.load(request(model), model.proto());
      Graph graph = imported.graph();
      List<Tensor> inputs = SeededInputs.of(graph, seed);
      Map<String, Tensor> named = new LinkedHashMap<>();
      for (int i = 0; i < inputs.size(); i++) {
        named.put(graph.inputs().get(i).name(), inputs.get(i));
      }
      model
          .proto()
          .getGraph()
          .getInputList()
          .forEach(i -> named.computeIfAbsent(i.getName(), n -> inputs.get(0)));
      List<Tensor> expected = OnnxRuntime.run(model.proto(), named);
      List<Tensor> interpreted = new ReferenceInterpreter(graph).run(inputs);
      compare(model, "interpreted", expected, interpreted);
      return Optional.of(new Prepared(model, imported, inputs, expected));
    } catch (OrtException | RuntimeException e) {
      differences.add("seed " + seed + ": " + e);
      return Optional.empty();
    }
  }

  private static CompileRequest request(RandomModel model) {
    String name = "random.m" + model.seed() + ".Model";
    return CompileRequest.of(ModelSource.bytes("random", new byte[0]), name);
  }

  private void compareCompiled(List<Prepared> batch, Emitter emitter) {
    List<Prepared> compiled = new ArrayList<>();
    List<LoadedModel.Unit> units = new ArrayList<>();
    for (Prepared p : batch) {
      try {
        CompileResult r =
            ModelCompiler.compile(p.imported, request(p.model).withBackend(emitter.name()));
        units.add(new LoadedModel.Unit(r.generated(), r.report().inputs(), r.report().outputs()));
        compiled.add(p);
      } catch (RuntimeException e) {
        differences.add("seed " + p.model.seed() + ": " + emitter.name() + ": " + e);
      }
    }
    List<LoadedModel> models = LoadedModel.loadAll(units);
    for (int i = 0; i < models.size(); i++) {
      Prepared p = compiled.get(i);
      Object[] arrays = models.get(i).arrays(p.inputs);
      models.get(i).newInstance().accept(arrays);
      compare(p.model, emitter.name(), p.expected, models.get(i).outputs(arrays));
    }
  }

  private void compare(RandomModel model, String what, List<Tensor> expected, List<Tensor> actual) {
    for (int j = 0; j < expected.size(); j++) {
      Tensor e = expected.get(j);
      Tensor a = actual.get(j);
      Tolerance tolerance = tolerance(model, e);
      for (int i = 0; i < e.size(); i++) {
        if (!e.type().equals(a.type()) || !tolerance.accepts(e.doubleAt(i), a.doubleAt(i))) {
          differences.add(
              "seed %d %s: output %d %s[%d] is %s, expected %s (%s)"
                  .formatted(
                      model.seed(), what, j, a.type(), i, a.doubleAt(i), e.doubleAt(i), e.type()));
          return;
        }
      }
    }
  }

  /** Rounding errors of a float network are small beside its largest outputs. */
  private static Tolerance tolerance(RandomModel model, Tensor expected) {
    if (model.exact()) {
      return Tolerance.EXACT;
    }
    double largest = 1;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.doubleAt(i)));
    }
    return new Tolerance(1e-3, 1e-5 * largest);
  }
}
