package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** What cases are run on. */
interface CaseBackend {
  /**
   * A model that can be run.
   *
   * @param outputs its outputs
   * @param run outputs for inputs
   */
  record Executable(List<Port> outputs, UnaryOperator<List<Tensor>> run) {}

  /** Each of {@code cases} made ready to run, as far as that succeeds. */
  List<Attempt<Executable>> load(List<ImportedCase> cases);

  /** The reference interpreter. */
  static CaseBackend interpreter() {
    return cases ->
        cases.stream()
            .map(
                c ->
                    Attempt.of(
                        () ->
                            new Executable(
                                c.model().outputs(),
                                new ReferenceInterpreter(c.model().graph())::run)))
            .toList();
  }
}
