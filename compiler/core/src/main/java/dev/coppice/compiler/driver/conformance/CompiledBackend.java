package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Generated code: all cases of a batch go through one run of javac. */
final class CompiledBackend implements CaseBackend {
  private final String backend;

  /** Of the backend with this name, as {@link dev.coppice.compiler.emit.Emitters} knows it. */
  CompiledBackend(String backend) {
    this.backend = backend;
  }

  @Override
  public List<Attempt<Executable>> load(List<ImportedCase> cases) {
    List<Attempt<CompileResult>> compiled = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      ImportedCase c = cases.get(i);
      String className = "conformance.c" + i + ".Model";
      compiled.add(
          Attempt.of(
              () ->
                  ModelCompiler.compile(
                      c.model(), c.request().withBackend(backend).named(className))));
    }
    List<CompileResult> results = new ArrayList<>();
    for (Attempt<CompileResult> a : compiled) {
      if (a.value() != null) {
        results.add(a.value());
      }
    }
    List<Attempt<LoadedModel>> loaded = loadAll(results);
    List<Attempt<Executable>> all = new ArrayList<>();
    int next = 0;
    for (Attempt<CompileResult> a : compiled) {
      all.add(a.failure() != null ? Attempt.failed(a.failure()) : executable(loaded.get(next++)));
    }
    return all;
  }

  /** One source that javac refuses must not take the others with it. */
  private static List<Attempt<LoadedModel>> loadAll(List<CompileResult> results) {
    Attempt<List<LoadedModel>> together = Attempt.of(() -> javac(results));
    if (together.value() != null) {
      List<Attempt<LoadedModel>> all = new ArrayList<>();
      together.value().forEach(m -> all.add(Attempt.of(() -> m)));
      return all;
    }
    List<Attempt<LoadedModel>> all = new ArrayList<>();
    for (CompileResult r : results) {
      all.add(Attempt.of(() -> javac(List.of(r)).get(0)));
    }
    return all;
  }

  private static List<LoadedModel> javac(List<CompileResult> results) {
    List<LoadedModel.Unit> units =
        results.stream()
            .map(
                r -> new LoadedModel.Unit(r.generated(), r.report().inputs(), r.report().outputs()))
            .toList();
    return units.isEmpty() ? List.of() : LoadedModel.loadAll(units);
  }

  private static Attempt<Executable> executable(Attempt<LoadedModel> loaded) {
    LoadedModel model = loaded.value();
    if (model == null) {
      return new Attempt<>(null, loaded.failure());
    }
    return Attempt.of(() -> new Executable(model.outputs(), inputs -> run(model, inputs)));
  }

  private static List<Tensor> run(LoadedModel model, List<Tensor> inputs) {
    Consumer<Object[]> instance = model.newInstance();
    Object[] arrays = model.arrays(inputs);
    instance.accept(arrays);
    return model.outputs(arrays);
  }
}
