package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.TensorWriter;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A constant as a tensor and as a message, each made from the other when it is first asked for. */
final class Constant {
  private @Nullable TensorProto message;
  private @Nullable Tensor tensor;

  private Constant(@Nullable TensorProto message, @Nullable Tensor tensor) {
    this.message = message;
    this.tensor = tensor;
  }

  static Constant of(TensorProto message) {
    return new Constant(message, null);
  }

  static Constant of(Tensor tensor) {
    return new Constant(null, tensor);
  }

  /** Its data. */
  Tensor tensor(TensorReader reader) {
    Tensor data = tensor;
    if (data == null) {
      data = reader.read(java.util.Objects.requireNonNull(message));
      tensor = data;
    }
    return data;
  }

  /** The message that stands for it under {@code name}; that of the file where it is unchanged. */
  TensorProto message(String name) {
    TensorProto written = message;
    if (written == null) {
      written = TensorWriter.write(name, java.util.Objects.requireNonNull(tensor));
    } else if (!written.getName().equals(name)) {
      written = written.toBuilder().setName(name).build();
    }
    message = written;
    return written;
  }
}
