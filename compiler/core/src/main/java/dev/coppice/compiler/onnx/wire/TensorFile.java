package dev.coppice.compiler.onnx.wire;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.OptionalProto;
import dev.coppice.compiler.onnx.wire.proto.SequenceProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;

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

  /** The tensors of the sequence in {@code file}, a SequenceProto; see {@link #load}. */
  public static List<Tensor> loadSequence(Path file) {
    ImportLimits limits = ImportLimits.defaults();
    return tensors(
        ProtoFile.load(file, SequenceProto.parser(), "an ONNX sequence", limits), file, limits);
  }

  /**
   * The tensors in the optional in {@code file}, an OptionalProto: none, one, or those of a
   * sequence; see {@link #load}.
   */
  public static List<Tensor> loadOptional(Path file) {
    ImportLimits limits = ImportLimits.defaults();
    OptionalProto proto = ProtoFile.load(file, OptionalProto.parser(), "an ONNX optional", limits);
    if (proto.hasTensorValue()) {
      return List.of(
          new TensorReader(SourceRef.file(file.toString()), limits).read(proto.getTensorValue()));
    }
    return tensors(proto.getSequenceValue(), file, limits);
  }

  private static List<Tensor> tensors(SequenceProto proto, Path file, ImportLimits limits) {
    TensorReader reader = new TensorReader(SourceRef.file(file.toString()), limits);
    return proto.getTensorValuesList().stream().map(reader::read).toList();
  }

  /** Writes {@code tensor} to {@code file} under {@code name}, atomically. */
  public static void save(Tensor tensor, String name, Path file) {
    ProtoFile.save(TensorWriter.write(name, tensor), file);
  }
}
