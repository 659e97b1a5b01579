package dev.coppice.compiler.onnx.wire;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.file.Path;

/** Tensors as files: one TensorProto each, the form of ONNX test data ({@code input_0.pb}). */
public final class TensorFile {
  private TensorFile() {}

  /**
   * The tensor in {@code file}.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic if it cannot be read or
   *     is not a tensor that is supported
   */
  public static Tensor load(Path file) {
    ImportLimits limits = ImportLimits.defaults();
    TensorProto proto = ProtoFile.load(file, TensorProto.parser(), "an ONNX tensor", limits);
    return new TensorReader(SourceRef.file(file.toString()), limits).read(proto);
  }

  /** Writes {@code tensor} to {@code file} under {@code name}, atomically. */
  public static void save(Tensor tensor, String name, Path file) {
    ProtoFile.save(TensorWriter.write(name, tensor), file);
  }
}
