package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.Containers.Container;
import dev.coppice.compiler.onnx.Containers.Kind;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sequences and optionals as inputs and outputs of a model: each tensor is a port of its own. Those
 * of a sequence {@code x} are called {@code x/0}, {@code x/1} ...; their number is the dimension
 * {@code x:length}. An optional is taken to hold something, under its own name, unless {@code x} is
 * bound to {@link #NONE}.
 */
public final class ContainerPorts {
  /** What an optional input that holds nothing is bound to. */
  public static final String NONE = "none";

  private ContainerPorts() {}

  /** Whether {@code value} is declared as a sequence or an optional. */
  public static boolean isContainer(ValueInfoProto value) {
    return value.getType().hasSequenceType() || value.getType().hasOptionalType();
  }

  /** Whether {@code value} is declared as a sequence of maps. */
  static boolean isMaps(ValueInfoProto value) {
    return value.getType().hasSequenceType()
        && value.getType().getSequenceType().getElemType().hasMapType();
  }

  /** Whether {@code value} is declared as a sequence, or an optional with one. */
  public static boolean isSequence(ValueInfoProto value) {
    return content(value.getType()).hasSequenceType();
  }

  /** The dimension that says how many elements the sequence {@code name} has. */
  public static String length(String name) {
    return name + ":length";
  }

  /** The port of element {@code i} of the sequence {@code name}. */
  public static String element(String name, int i) {
    return name + "/" + i;
  }

  /** The ports of {@code value} when it holds {@code count} tensors. */
  public static List<ValueInfoProto> ports(ValueInfoProto value, int count) {
    TypeProto content = content(value.getType());
    boolean sequence = content.hasSequenceType();
    TypeProto type = sequence ? content.getSequenceType().getElemType() : content;
    List<ValueInfoProto> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = sequence ? element(value.getName(), i) : value.getName();
      ports.add(value.toBuilder().setName(name).setType(type).build());
    }
    return ports;
  }

  private static TypeProto content(TypeProto type) {
    return type.hasOptionalType() ? type.getOptionalType().getElemType() : type;
  }

  /**
   * The ports of {@code input} as {@code options} say.
   *
   * @throws CompileException if they do not say how long a sequence is
   */
  static List<ValueInfoProto> ports(ValueInfoProto input, ImportOptions options, SourceRef where) {
    if (!isContainer(input)) {
      return List.of(input);
    }
    if (isAbsent(input, options)) {
      return List.of();
    }
    if (!isSequence(input)) {
      return ports(input, 1);
    }
    String length = length(input.getName());
    Integer count = options.dims().get(length);
    if (count == null) {
      throw new CompileException(DiagnosticCode.UNBOUND_DIMENSION, where, length, input.getName());
    }
    return ports(input, count);
  }

  private static boolean isAbsent(ValueInfoProto input, ImportOptions options) {
    return input.getType().hasOptionalType() && NONE.equals(options.binds().get(input.getName()));
  }

  /** What stands for {@code input}, whose {@link #ports} are {@code tensors}. */
  static Value value(ValueInfoProto input, List<Value> tensors, Assembly assembly) {
    DType elements =
        tensors.stream().findFirst().map(t -> t.type().dtype()).orElseGet(() -> elements(input));
    List<Value> parts = tensors;
    if (isSequence(input) && (input.getType().hasSequenceType() || !tensors.isEmpty())) {
      parts = List.of(add(assembly, Kind.SEQUENCE, elements, tensors));
    }
    return input.getType().hasOptionalType()
        ? add(assembly, Kind.OPTIONAL, elements, parts)
        : parts.get(0);
  }

  private static Value add(Assembly assembly, Kind kind, DType elements, List<Value> parts) {
    return assembly.containers().add(assembly.temporary(), new Container(kind, elements, parts));
  }

  private static DType elements(ValueInfoProto value) {
    TypeProto content = content(value.getType());
    TypeProto type = content.hasSequenceType() ? content.getSequenceType().getElemType() : content;
    return Optional.of(type.getTensorType().getElemType())
        .flatMap(DType::ofOnnx)
        .orElse(DType.FLOAT32);
  }
}
