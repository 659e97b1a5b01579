package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.diag.Suggestion;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns an ONNX model into a graph with static types: symbolic dimensions bound, constants folded,
 * constant branches inlined, nodes in topological order, what no output needs left out.
 */
public final class OnnxImporter {
  /** First opset of {@code ai.onnx} that is supported. */
  public static final int OLDEST_OPSET = 6;

  /** Last opset of {@code ai.onnx} that is supported. */
  public static final int NEWEST_OPSET = 27;

  private OnnxImporter() {}

  /**
   * The graph that {@code model} describes.
   *
   * @param notes receives what the user may want to know
   * @throws CompileException with everything that is invalid or not supported, gathered over the
   *     whole model
   */
  public static Graph importModel(ModelProto model, ImportOptions options, DiagnosticSink notes) {
    SourceRef where = SourceRef.file(options.fileName());
    DiagnosticSink problems = new DiagnosticSink();
    try {
      Graph graph = importModel(model, options, where, notes, problems);
      problems.throwIfErrors();
      return graph;
    } catch (OutOfMemoryError e) {
      // A model's constants can be larger than the heap; nothing is lost by giving up here.
      throw new CompileException(
          DiagnosticCode.LIMIT_EXCEEDED, where, "importing it needs more memory than the JVM has");
    }
  }

  /**
   * What the names of the main graph stand for: its inputs, initializers and results of nodes that
   * an output needs.
   *
   * @param notes receives what the user may want to know
   * @throws CompileException as {@link #importModel}
   */
  public static ImportedValues importValues(
      ModelProto model, ImportOptions options, DiagnosticSink notes) {
    SourceRef where = SourceRef.file(options.fileName());
    DiagnosticSink problems = new DiagnosticSink();
    Assembly assembly =
        new Assembly(model.getGraph().getName(), new ConstantFolder(options.limits()));
    Scope scope = walk(model, options, where, assembly, notes, problems);
    problems.throwIfErrors();
    Map<String, TensorType> types = new LinkedHashMap<>();
    Map<String, Tensor> constants = new LinkedHashMap<>();
    scope
        .known()
        .forEach(
            (name, value) -> {
              types.put(name, value.type());
              assembly.constantOf(value).ifPresent(c -> constants.put(name, c));
            });
    return new ImportedValues(types, constants);
  }

  private static Graph importModel(
      ModelProto model,
      ImportOptions options,
      SourceRef where,
      DiagnosticSink notes,
      DiagnosticSink problems) {
    Assembly assembly =
        new Assembly(model.getGraph().getName(), new ConstantFolder(options.limits()));
    walk(model, options, where, assembly, notes, problems);
    return problems.hasErrors() ? new Assembly("", assembly.folder()).build() : assembly.build();
  }

  /** Imports everything into {@code assembly}; the names of the main graph. */
  private static Scope walk(
      ModelProto model,
      ImportOptions options,
      SourceRef where,
      Assembly assembly,
      DiagnosticSink notes,
      DiagnosticSink problems) {
    GraphProto proto = model.getGraph();
    if (proto.getOutputCount() == 0) {
      throw new CompileException(DiagnosticCode.GRAPH_INVALID, where, "the graph has no outputs");
    }
    int opset = opset(model.getOpsetImportList(), where).orElseGet(() -> withoutOnnx(proto, where));
    GraphWalk walk =
        new GraphWalk(opset, where, assembly, problems, new LocalFunctions(model, where));
    Scope scope = new Scope(Optional.empty());
    walk.defineInitializers(proto, scope);
    defineInputs(proto, scope, assembly, options, where, notes, problems);
    DeclaredShapes.of(proto, options.dims(), assembly);
    walk.importNodes(proto, scope);
    new OutputCheck(where, notes, problems).deliver(proto, scope, assembly);
    return scope;
  }

  /** The opset of a model that has operators of other domains only. */
  private static int withoutOnnx(GraphProto graph, SourceRef where) {
    boolean uses =
        graph.getNodeList().stream()
            .anyMatch(n -> n.getDomain().isEmpty() || n.getDomain().equals(OperatorDomains.ONNX));
    if (uses) {
      throw new CompileException(
          DiagnosticCode.GRAPH_INVALID, where, "the model imports no opset of 'ai.onnx'");
    }
    return NEWEST_OPSET;
  }

  /**
   * The version of {@code ai.onnx} among {@code imports}; empty when they do not name it.
   *
   * @throws CompileException if there are several, or it is not supported
   */
  static Optional<Integer> opset(List<OperatorSetIdProto> imports, SourceRef where) {
    List<Long> versions =
        imports.stream()
            .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
            .map(OperatorSetIdProto::getVersion)
            .distinct()
            .toList();
    if (versions.isEmpty()) {
      return Optional.empty();
    }
    if (versions.size() > 1) {
      throw new CompileException(
          DiagnosticCode.GRAPH_INVALID,
          where,
          "several opsets of 'ai.onnx' are imported: " + versions);
    }
    long opset = versions.get(0);
    if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
      throw new CompileException(
          DiagnosticCode.UNSUPPORTED_OPSET, where, opset, OLDEST_OPSET, NEWEST_OPSET);
    }
    return Optional.of((int) opset);
  }

  private static void defineInputs(
      GraphProto proto,
      Scope scope,
      Assembly assembly,
      ImportOptions options,
      SourceRef where,
      DiagnosticSink notes,
      DiagnosticSink problems) {
    Set<String> defaults = new LinkedHashSet<>();
    proto.getInitializerList().stream().map(TensorProto::getName).forEach(defaults::add);
    proto.getSparseInitializerList().stream()
        .map(SparseTensorProto::getValues)
        .map(TensorProto::getName)
        .forEach(defaults::add);
    List<ValueInfoProto> inputs = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (ValueInfoProto input : proto.getInputList()) {
      if (!names.add(input.getName())) {
        throw new CompileException(
            DiagnosticCode.GRAPH_INVALID,
            where,
            "input '" + input.getName() + "' is declared twice");
      }
      if (!defaults.contains(input.getName())) {
        inputs.add(input);
      }
    }
    names.removeAll(defaults);
    Map<ValueInfoProto, List<ValueInfoProto>> ports = ports(inputs, options, where, problems);
    List<ValueInfoProto> tensors = ports.values().stream().flatMap(List::stream).toList();
    tensors.forEach(t -> names.add(t.getName()));
    checkBinds(options.binds(), names, where, problems);
    Set<String> otherDims = DeclaredShapes.symbols(proto);
    inputs.stream()
        .filter(ContainerPorts::isSequence)
        .forEach(i -> otherDims.add(ContainerPorts.length(i.getName())));
    Map<String, TensorType> types =
        new InputTypes(options, where, notes, problems).resolve(tensors, otherDims);
    for (ValueInfoProto input : inputs) {
      List<Value> values = new ArrayList<>();
      List<ValueInfoProto> expected = ports.getOrDefault(input, List.of());
      for (ValueInfoProto port : expected) {
        Optional.ofNullable(types.get(port.getName()))
            .flatMap(t -> input(port.getName(), t, assembly, options, where, problems))
            .ifPresent(values::add);
      }
      boolean known = ports.containsKey(input) && values.size() == expected.size();
      scope.define(
          input.getName(),
          !known
              ? Optional.empty()
              : Optional.of(
                  ContainerPorts.isContainer(input)
                      ? ContainerPorts.value(input, values, assembly)
                      : values.get(0)));
    }
  }

  /** The tensors that {@code inputs} are; what is not known is reported and left out. */
  private static Map<ValueInfoProto, List<ValueInfoProto>> ports(
      List<ValueInfoProto> inputs,
      ImportOptions options,
      SourceRef where,
      DiagnosticSink problems) {
    Map<ValueInfoProto, List<ValueInfoProto>> ports = new LinkedHashMap<>();
    for (ValueInfoProto input : inputs) {
      try {
        ports.put(input, ContainerPorts.ports(input, options, where));
      } catch (CompileException e) {
        e.diagnostics().forEach(problems::report);
      }
    }
    return ports;
  }

  private static void checkBinds(
      Map<String, String> binds, Set<String> names, SourceRef where, DiagnosticSink problems) {
    binds.forEach(
        (name, literal) -> {
          if (!names.contains(name)) {
            problems.report(
                DiagnosticCode.OPTION_INVALID,
                where,
                "--bind "
                    + name
                    + "="
                    + literal
                    + ": the model has no such input"
                    + Suggestion.of(name, names));
          }
        });
  }

  private static Optional<Value> input(
      String name,
      TensorType type,
      Assembly assembly,
      ImportOptions options,
      SourceRef where,
      DiagnosticSink problems) {
    String literal = options.binds().get(name);
    if (literal == null) {
      return Optional.of(assembly.input(name, type));
    }
    try {
      return Optional.of(assembly.constant(name, Literals.parse(literal, type)));
    } catch (IllegalArgumentException e) {
      problems.report(
          DiagnosticCode.OPTION_INVALID,
          where,
          "--bind " + name + "=" + literal + ": " + e.getMessage());
      return Optional.empty();
    }
  }
}
