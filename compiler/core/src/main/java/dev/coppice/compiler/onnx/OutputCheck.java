package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.Containers.Kind;
import dev.coppice.compiler.onnx.Containers.Layout;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.TensorShapeProto.Dimension;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.op.Compact;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Delivers a model's outputs and compares the types it declares for them with those that follow
 * from its nodes.
 */
final class OutputCheck {
  private final SourceRef where;
  private final DiagnosticSink notes;
  private final DiagnosticSink problems;

  OutputCheck(SourceRef where, DiagnosticSink notes, DiagnosticSink problems) {
    this.where = where;
    this.notes = notes;
    this.problems = problems;
  }

  /** Makes the outputs of {@code graph} those of {@code assembly}; contradictions are reported. */
  void deliver(GraphProto graph, Scope scope, Assembly assembly) {
    Set<String> names = new LinkedHashSet<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      if (!names.add(output.getName())) {
        throw new CompileException(
            DiagnosticCode.GRAPH_INVALID,
            where,
            "output '" + output.getName() + "' is declared twice");
      }
      scope
          .resolve(output.getName())
          .ifPresent(
              value -> {
                if (ContainerPorts.isMaps(output)) {
                  deliverMaps(output, value, assembly);
                } else if (ContainerPorts.isContainer(output)) {
                  deliverContainer(output, value, assembly);
                } else {
                  deliver(output, value, assembly);
                }
              });
    }
  }

  private void deliver(ValueInfoProto output, Value value, Assembly assembly) {
    if (assembly.containers().of(value).isPresent()) {
      contradiction(output, "a tensor", assembly.containers().layout(value));
      return;
    }
    check(output, value, assembly.extents().of(value).keySet());
    deliver(output.getName(), value, assembly);
  }

  /** A list of maps with the same labels is the matrix of their values, as ZipMap has it. */
  private void deliverMaps(ValueInfoProto output, Value value, Assembly assembly) {
    if (assembly.containers().of(value).isPresent() || value.type().shape().rank() != 2) {
      contradiction(output, "a list of maps", assembly.containers().layout(value));
      return;
    }
    notes.report(DiagnosticCode.MAPS_AS_TENSOR, where, output.getName(), value.type());
    deliver(output.getName(), value, assembly);
  }

  /** Each tensor of a sequence or optional is an output of its own. */
  private void deliverContainer(ValueInfoProto output, Value value, Assembly assembly) {
    Containers containers = assembly.containers();
    Layout layout = containers.layout(value);
    boolean optional = layout.kind().equals(Optional.of(Kind.OPTIONAL));
    if (optional != output.getType().hasOptionalType() || layout.kind().isEmpty()) {
      contradiction(
          output, output.getType().hasOptionalType() ? "an optional" : "a sequence", layout);
      return;
    }
    List<Value> tensors = containers.tensors(value);
    List<ValueInfoProto> ports = ContainerPorts.ports(output, tensors.size());
    for (int i = 0; i < tensors.size(); i++) {
      deliver(ports.get(i), tensors.get(i), assembly);
    }
  }

  private void contradiction(ValueInfoProto output, Object declared, Object found) {
    problems.report(DiagnosticCode.OUTPUT_CONTRADICTION, where, output.getName(), declared, found);
  }

  /**
   * A value whose extents are known only at run time is delivered without padding, and its true
   * shape as an output of its own, which is called {@code name_shape}.
   */
  private static void deliver(String name, Value value, Assembly assembly) {
    SortedMap<Integer, Value> extents = assembly.extents().of(value);
    if (extents.isEmpty()) {
      assembly.output(name, value);
      return;
    }
    List<Value> operands = new ArrayList<>(List.of(value));
    operands.addAll(extents.values());
    Node compact =
        assembly.node(
            name + "/compact",
            new Compact(List.copyOf(extents.keySet())),
            operands,
            List.of(name, name + "_shape"),
            Origin.of(name));
    assembly.output(name, compact.outputs().get(0));
    assembly.laterOutput(name + "_shape", compact.outputs().get(1));
  }

  private void check(ValueInfoProto output, Value value, Set<Integer> dynamic) {
    TypeProto declared = output.getType();
    if (declared.getValueCase() == TypeProto.ValueCase.VALUE_NOT_SET
        || declared.hasTensorType() && declared.getTensorType().getElemType() == 0) {
      return;
    }
    try {
      DType dtype = InputTypes.dtype(declared, "output", output.getName(), where);
      if (dtype != value.type().dtype() || !fits(declared.getTensorType(), value.type(), dynamic)) {
        contradiction(output, text(dtype, declared.getTensorType()), value.type());
      }
    } catch (CompileException e) {
      e.diagnostics().forEach(problems::report);
    }
  }

  private static boolean fits(TypeProto.Tensor declared, TensorType found, Set<Integer> dynamic) {
    if (!declared.hasShape()) {
      return true;
    }
    List<Dimension> dims = declared.getShape().getDimList();
    if (dims.size() != found.shape().rank()) {
      return false;
    }
    for (int axis = 0; axis < dims.size(); axis++) {
      Dimension dim = dims.get(axis);
      if (dim.hasDimValue()
          && !dynamic.contains(axis)
          && dim.getDimValue() != found.shape().dim(axis)) {
        return false;
      }
    }
    return true;
  }

  private static String text(DType dtype, TypeProto.Tensor declared) {
    return declared.getShape().getDimList().stream()
        .map(
            d ->
                d.hasDimValue()
                    ? "" + d.getDimValue()
                    : d.getDimParam().isEmpty() ? "?" : d.getDimParam())
        .collect(Collectors.joining(",", dtype + "[", "]"));
  }
}
