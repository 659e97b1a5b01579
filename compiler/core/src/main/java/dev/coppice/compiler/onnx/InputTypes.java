package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.diag.Suggestion;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.proto.TensorShapeProto.Dimension;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Static types of a model's inputs. A symbolic dimension takes the size that the user bound;
 * otherwise one that leads some input is the batch and takes 1, and any other is an error.
 */
final class InputTypes {
  /** Before the number of an axis of every input. */
  private static final String EVERY_INPUT = "*:";

  private final ImportOptions options;
  private final SourceRef where;
  private final DiagnosticSink notes;
  private final DiagnosticSink problems;
  private final Map<String, Integer> sizes = new LinkedHashMap<>();

  InputTypes(
      ImportOptions options, SourceRef where, DiagnosticSink notes, DiagnosticSink problems) {
    this.options = options;
    this.where = where;
    this.notes = notes;
    this.problems = problems;
  }

  /**
   * The types of {@code inputs}; an input whose type is not known is left out, and the reason
   * reported.
   *
   * @param others names of dimensions that no input has
   */
  Map<String, TensorType> resolve(List<ValueInfoProto> inputs, Set<String> others) {
    sizes.putAll(options.dims());
    checkDims(inputs, others);
    bindBatch(inputs);
    Map<String, TensorType> types = new LinkedHashMap<>();
    for (ValueInfoProto input : inputs) {
      try {
        types.put(input.getName(), type(input));
      } catch (CompileException e) {
        e.diagnostics().forEach(problems::report);
      }
    }
    return types;
  }

  private void checkDims(List<ValueInfoProto> inputs, Set<String> others) {
    Set<String> symbols = new LinkedHashSet<>();
    for (ValueInfoProto input : inputs) {
      for (int axis = 0; axis < dims(input).size(); axis++) {
        symbol(input, axis).ifPresent(symbols::add);
        if (!dims(input).get(axis).hasDimValue()) {
          symbols.add(place(input, axis));
          symbols.add(EVERY_INPUT + axis);
        }
      }
    }
    options
        .dims()
        .forEach(
            (name, size) -> {
              if (!symbols.contains(name) && !others.contains(name)) {
                String known =
                    symbols.isEmpty()
                        ? "all dimensions are fixed"
                        : "there is no such symbolic dimension";
                invalidOption(
                    "--dim " + name + "=" + size + ": " + known + Suggestion.of(name, symbols));
              } else if (size < 0) {
                invalidOption("--dim " + name + "=" + size + ": a size is 0 or more");
                sizes.put(name, 1);
              }
            });
  }

  private void invalidOption(String problem) {
    problems.report(DiagnosticCode.OPTION_INVALID, where, problem);
  }

  private void bindBatch(List<ValueInfoProto> inputs) {
    boolean told = false;
    for (ValueInfoProto input : inputs) {
      if (dims(input).isEmpty() || options.binds().containsKey(input.getName())) {
        continue;
      }
      Optional<String> symbol = symbol(input, 0);
      if (symbol.isPresent() && sizes.putIfAbsent(symbol.get(), 1) == null && !told) {
        notes.report(DiagnosticCode.BATCH_IS_ONE, where, symbol.get());
        told = true;
      }
    }
  }

  /** The dimensions of an input; one that declares no shape has as many as the user gives sizes. */
  private List<Dimension> dims(ValueInfoProto input) {
    if (input.getType().getTensorType().hasShape()) {
      return input.getType().getTensorType().getShape().getDimList();
    }
    List<Dimension> dims = new ArrayList<>();
    while (options.dims().containsKey(place(input, dims.size()))) {
      dims.add(Dimension.getDefaultInstance());
    }
    return dims;
  }

  /**
   * What {@code --dim} calls the dimension; empty when its size is fixed. Its place, {@code
   * input:axis} or {@code *:axis}, goes before its name: exporters give different dimensions one
   * name.
   */
  private Optional<String> symbol(ValueInfoProto input, int axis) {
    Dimension dim = dims(input).get(axis);
    if (dim.hasDimValue()) {
      return Optional.empty();
    }
    for (String place : List.of(place(input, axis), EVERY_INPUT + axis)) {
      if (options.dims().containsKey(place)) {
        return Optional.of(place);
      }
    }
    return Optional.of(dim.getDimParam().isEmpty() ? place(input, axis) : dim.getDimParam());
  }

  private static String place(ValueInfoProto input, int axis) {
    return input.getName() + ":" + axis;
  }

  private TensorType type(ValueInfoProto input) {
    TypeProto type = input.getType();
    DType dtype = dtype(type, "input", input.getName(), where);
    List<Dimension> dims = dims(input);
    if (dims.isEmpty() && !type.getTensorType().hasShape()) {
      throw new CompileException(
          DiagnosticCode.GRAPH_INVALID,
          where,
          "input '"
              + input.getName()
              + "' declares no shape, not even the number of its axes; give its sizes with --dim "
              + place(input, 0)
              + "=SIZE and so on");
    }
    List<Integer> shape = new ArrayList<>();
    for (int axis = 0; axis < dims.size(); axis++) {
      shape.add(size(input, axis, dims));
    }
    return new TensorType(dtype, shape(input.getName(), shape));
  }

  private int size(ValueInfoProto input, int axis, List<Dimension> dims) {
    Optional<String> symbol = symbol(input, axis);
    if (symbol.isEmpty()) {
      long size = dims.get(axis).getDimValue();
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw new CompileException(
            DiagnosticCode.GRAPH_INVALID,
            where,
            "input '" + input.getName() + "' has size " + size + " on axis " + axis);
      }
      return (int) size;
    }
    Integer bound = sizes.get(symbol.get());
    if (bound != null) {
      return bound;
    }
    String bind = options.binds().get(input.getName());
    if (bind != null && dims.size() == 1) {
      return Literals.count(bind);
    }
    throw new CompileException(
        DiagnosticCode.UNBOUND_DIMENSION, where, symbol.get(), input.getName());
  }

  private Shape shape(String input, List<Integer> dims) {
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException e) {
      throw new CompileException(
          DiagnosticCode.GRAPH_INVALID, where, "input '" + input + "': " + e.getMessage());
    }
  }

  /**
   * The element type of a tensor.
   *
   * @param role {@code input} or {@code output}
   * @throws CompileException if {@code type} is no tensor or its element type is not supported
   */
  static DType dtype(TypeProto type, String role, String name, SourceRef where) {
    String found =
        type.hasTensorType()
            ? TensorReader.typeName(type.getTensorType().getElemType())
            : type.getValueCase().name();
    Optional<DType> dtype =
        type.hasTensorType() ? DType.ofOnnx(type.getTensorType().getElemType()) : Optional.empty();
    return dtype.orElseThrow(
        () ->
            found.equals("STRING")
                ? new CompileException(DiagnosticCode.UNSUPPORTED_STRINGS, where, role, name)
                : new CompileException(
                    DiagnosticCode.UNSUPPORTED_TYPE,
                    where,
                    found,
                    role + " '" + name + "' has it"));
  }
}
