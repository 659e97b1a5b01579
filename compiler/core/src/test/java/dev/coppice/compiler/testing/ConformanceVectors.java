package dev.coppice.compiler.testing;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.driver.conformance.ConformanceCase;
import dev.coppice.compiler.driver.conformance.ImportedCase;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The operator cases of the ONNX backend test data, by name; each with its first data set. */
public final class ConformanceVectors {
  private ConformanceVectors() {}

  /** One case as imported; see {@link ImportedCase}. */
  public record Vector(String name, Graph graph, List<Tensor> inputs, List<Tensor> expected) {}

  /** Names of all cases below {@code folder}, sorted. */
  public static List<String> names(Path folder) {
    return ConformanceCase.below(folder).stream().map(ConformanceCase::name).toList();
  }

  /** The case {@code name} below {@code folder}; empty when its model or its data is refused. */
  public static Optional<Vector> load(Path folder, String name) {
    try {
      return Optional.of(loadOrThrow(folder, name));
    } catch (CompileException e) {
      return Optional.empty();
    }
  }

  /**
   * The case {@code name} below {@code folder}.
   *
   * @throws CompileException if its model or its data is refused
   */
  public static Vector loadOrThrow(Path folder, String name) {
    ConformanceCase testCase = ConformanceCase.below(folder.resolve(name)).get(0);
    ImportedCase imported = ImportedCase.of(testCase).get(0);
    return new Vector(
        name,
        imported.model().graph(),
        imported.inputs(),
        List.copyOf(imported.expected().values()));
  }
}
