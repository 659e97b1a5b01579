package dev.coppice.compiler.broken;

import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model file that something is wrong with.
 *
 * @param name what is wrong
 * @param mayBeValid whether it may still be a model, as after a random flip of a bit
 * @param content writes it, and what belongs beside it
 */
record BrokenFile(String name, boolean mayBeValid, Content content) {
  /** Writes a model file into a new folder. */
  @FunctionalInterface
  interface Content {
    void write(Path model) throws IOException;
  }

  static BrokenFile of(String name, ModelProto model) {
    return of(name, model.toByteArray());
  }

  static BrokenFile of(String name, byte[] bytes) {
    return new BrokenFile(name, false, file -> Files.write(file, bytes));
  }

  static BrokenFile maybe(String name, byte[] bytes) {
    return new BrokenFile(name, true, file -> Files.write(file, bytes));
  }
}
