package dev.coppice.compiler.driver;

import dev.coppice.compiler.emit.GeneratedModel;
import java.io.IOException;

/** Where generated files go. */
public interface OutputSink {
  /** Writes all files of {@code model}, or throws and leaves what was there before. */
  void write(GeneratedModel model) throws IOException;
}
