package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.lowering.Port;
import java.util.List;

/** Where examples come from; they are opened for the inputs of a model. */
public interface ExampleSource {
  /** What diagnostics call it. */
  String name();

  /**
   * What tells it from other sources: the text of the recipe and the state of the files, so that a
   * run which was interrupted knows whether it may be resumed.
   */
  String fingerprint();

  /**
   * The examples.
   *
   * @param inputs inputs of the model
   * @throws dev.coppice.compiler.diag.CompileException if they cannot be read or do not fit
   */
  Examples open(List<Port> inputs);

  /** This source, opened once for {@code inputs}. */
  default ExampleSource opened(List<Port> inputs) {
    ExampleSource source = this;
    Examples examples = open(inputs);
    return new ExampleSource() {
      @Override
      public String name() {
        return source.name();
      }

      @Override
      public String fingerprint() {
        return source.fingerprint();
      }

      @Override
      public Examples open(List<Port> wanted) {
        return wanted.equals(inputs) ? examples : source.open(wanted);
      }
    };
  }
}
