package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A compiled class that is ready to run, warmed up.
 *
 * @param report how it was compiled
 * @param model its classes
 * @param arrays its inputs, then its outputs
 * @param run runs an instance of it once on these
 */
record Entrant(CompileReport report, LoadedModel model, Object[] arrays, Runnable run) {
  private static final long SEED = 1;

  /** Compiles {@code model}, that of {@code network}, in memory. */
  static Entrant of(Network network, ModelSource model, String backend) {
    String className = "benchmark." + backend.replace(':', '_') + ".Model";
    CompileResult result = ModelCompiler.compile(network.request(model, className, backend));
    CompileReport report = result.report();
    LoadedModel loaded = LoadedModel.load(result.generated(), report.inputs(), report.outputs());
    Object[] arrays = loaded.arrays(inputs(report));
    LoadedModel.Instance instance = loaded.newInstance();
    instance.warmUp();
    return new Entrant(report, loaded, arrays, () -> instance.accept(arrays));
  }

  /** Reproducible inputs of such a class. */
  static List<Tensor> inputs(CompileReport report) {
    SplittableRandom random = new SplittableRandom(SEED);
    return report.inputs().stream()
        .map(p -> SeededInputs.tensor(new TensorType(p.dtype(), p.shape()), random.split()))
        .toList();
  }
}
