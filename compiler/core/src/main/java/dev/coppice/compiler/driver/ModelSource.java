package dev.coppice.compiler.driver;

import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import java.nio.file.Path;

/** Where an ONNX model comes from. */
public sealed interface ModelSource {
  /** What diagnostics and generated comments call the model. */
  String name();

  /**
   * The model.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic
   */
  ModelProto load(ImportLimits limits);

  /** A model file; its external data lies beside it. */
  static ModelSource file(Path file) {
    return new OfFile(file);
  }

  /** A model in memory, without external data; {@code bytes} must not be changed afterwards. */
  static ModelSource bytes(String name, byte[] bytes) {
    return new OfBytes(name, bytes);
  }

  /**
   * A model file.
   *
   * @param file the file
   */
  record OfFile(Path file) implements ModelSource {
    @Override
    public String name() {
      return file.toString();
    }

    @Override
    public ModelProto load(ImportLimits limits) {
      return OnnxFile.load(file, limits);
    }
  }

  /**
   * A model in memory.
   *
   * @param name what diagnostics call it
   * @param bytes the content of an ONNX file
   */
  record OfBytes(String name, byte[] bytes) implements ModelSource {
    @Override
    public ModelProto load(ImportLimits limits) {
      return OnnxFile.parse(bytes, name, limits);
    }
  }
}
