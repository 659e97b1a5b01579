package dev.coppice.compiler.onnx.wire;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import java.nio.file.Path;
import java.util.Optional;

/** ONNX models as files. */
public final class OnnxFile {
  private static final String KIND = "an ONNX model";

  private OnnxFile() {}

  /**
   * The model in {@code file}, with external data read from beside it, so that nothing in the model
   * refers to a file any more.
   *
   * @throws CompileException with one diagnostic if the file, or a file it refers to, cannot be
   *     read, is not a model, or exceeds {@code limits}
   */
  public static ModelProto load(Path file, ImportLimits limits) {
    ModelProto model =
        checked(ProtoFile.load(file, ModelProto.parser(), KIND, limits), file.toString());
    Path folder =
        Optional.ofNullable(file.getParent()).orElseGet(() -> file.getFileSystem().getPath("."));
    return new ExternalData(folder, limits, SourceRef.file(file.toString())).inline(model);
  }

  /**
   * The model in {@code bytes}, which must not be changed afterwards; external data is refused
   * where it is used.
   *
   * @param name what diagnostics call the model
   * @throws CompileException with one diagnostic
   */
  public static ModelProto parse(byte[] bytes, String name, ImportLimits limits) {
    SourceRef where = SourceRef.file(name);
    if (bytes.length == 0) {
      throw new CompileException(
          DiagnosticCode.FILE_MALFORMED, where, "the file is empty, expected " + KIND);
    }
    return checked(ProtoFile.parse(bytes, ModelProto.parser(), KIND, limits, where), name);
  }

  /** Writes {@code model} to {@code file} atomically; equal models give equal bytes. */
  public static void save(ModelProto model, Path file) {
    ProtoFile.save(model, file);
  }

  private static ModelProto checked(ModelProto model, String name) {
    if (!model.hasGraph()) {
      throw new CompileException(
          DiagnosticCode.FILE_MALFORMED, SourceRef.file(name), "the model has no graph");
    }
    return model;
  }
}
