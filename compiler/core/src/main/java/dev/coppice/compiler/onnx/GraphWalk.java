package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.Containers.Layout;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.proto.FunctionProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Imports graphs node by node. What is not supported is reported, its results are unknown, and so
 * is silently what depends on them: one walk finds every problem.
 */
final class GraphWalk {
  /** Says that a subgraph's result is unknown; the reason is already reported. */
  private static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown() {
      super(null, null, false, false);
    }
  }

  private final int opset;
  private final SourceRef where;
  private final Assembly assembly;
  private final DiagnosticSink problems;
  private final LocalFunctions functions;
  private final TensorReader tensors;

  GraphWalk(
      int opset,
      SourceRef where,
      Assembly assembly,
      DiagnosticSink problems,
      LocalFunctions functions) {
    this.opset = opset;
    this.functions = functions;
    this.where = where;
    this.assembly = assembly;
    this.problems = problems;
    this.tensors = new TensorReader(where, assembly.folder().limits());
  }

  /**
   * Defines the initializers of {@code graph} in {@code scope}.
   *
   * @throws CompileException if two have one name
   */
  void defineInitializers(GraphProto graph, Scope scope) {
    for (TensorProto tensor : graph.getInitializerList()) {
      define(scope, tensor.getName(), () -> tensors.read(tensor));
    }
    for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
      define(scope, tensor.getValues().getName(), () -> tensors.read(tensor));
    }
  }

  private void define(Scope scope, String name, Supplier<Tensor> reader) {
    if (!scope.defineLater(name, n -> read(n, reader))) {
      throw new CompileException(
          DiagnosticCode.GRAPH_INVALID, where, "initializer '" + name + "' is defined twice");
    }
  }

  private Optional<Value> read(String name, Supplier<Tensor> reader) {
    try {
      return Optional.of(assembly.constant(name, reader.get()));
    } catch (CompileException e) {
      e.diagnostics().forEach(problems::report);
      return Optional.empty();
    }
  }

  /** Imports the nodes of {@code graph} that its outputs depend on, into {@code scope}. */
  void importNodes(GraphProto graph, Scope scope) {
    importNodes(
        graph.getNodeList(),
        graph.getOutputList().stream().map(ValueInfoProto::getName).toList(),
        scope);
  }

  private void importNodes(List<NodeProto> nodes, List<String> results, Scope scope) {
    for (NodeProto node : NodeOrder.of(nodes, results, scope, where)) {
      importNode(node, scope);
    }
  }

  private void importNode(NodeProto node, Scope scope) {
    List<Value> results = List.of();
    try {
      results = results(node, scope);
    } catch (CompileException e) {
      e.diagnostics().forEach(problems::report);
    } catch (Unknown e) {
      // Reported where it arose.
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      if (!node.getOutput(i).isEmpty()) {
        scope.define(
            node.getOutput(i), i < results.size() ? Optional.of(results.get(i)) : Optional.empty());
      }
    }
  }

  private List<Value> results(NodeProto node, Scope scope) {
    String name = NodeOrder.nameOf(node);
    SourceRef at = where.atNode(name, node.getOpType());
    Optional<FunctionProto> function = functions.find(node);
    if (function.isPresent()) {
      return call(function.get(), node, at, scope);
    }
    OnnxOperator operator = operator(node, at);
    List<Optional<Value>> operands = new ArrayList<>();
    for (String input : node.getInputList()) {
      if (input.isEmpty()) {
        operands.add(Optional.empty());
      } else {
        operands.add(Optional.of(scope.resolve(input).orElseThrow(Unknown::new)));
      }
    }
    NodeContext context =
        new NodeContext(
            name,
            opset,
            at,
            operands,
            node.getOutputList(),
            new Attributes(node, at),
            assembly,
            subgraphs(scope));
    try {
      checkArity(operator, operands, node.getOutputCount());
      checkContainers(operator, context, at);
      boolean dynamic = context.given().stream().anyMatch(assembly.extents()::isDynamic);
      NodeImporter importer =
          dynamic
              ? DynamicShapes.importer(operator, at)
              : LegacyBroadcast.importer(operator, opset);
      List<Value> results = importer.apply(context);
      context.attributes().checkAllAsked();
      for (int i = results.size(); i < node.getOutputCount(); i++) {
        if (context.wantsOutput(i)) {
          throw new IllegalStateException("compiler bug: no result " + i + " at " + at);
        }
      }
      return context.commit(results);
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new CompileException(
          DiagnosticCode.BAD_NODE, at, Optional.ofNullable(e.getMessage()).orElse("invalid"));
    }
  }

  /** The results of a call: its body is imported in a scope of its own. */
  private List<Value> call(FunctionProto function, NodeProto node, SourceRef at, Scope around) {
    if (node.getInputCount() > function.getInputCount()
        || node.getOutputCount() > function.getOutputCount()) {
      throw new CompileException(
          DiagnosticCode.BAD_NODE, at, "the call has more operands or results than the function");
    }
    if (functions.exceeded()) {
      throw new Unknown();
    }
    functions.enter(function, at);
    try {
      Scope scope = new Scope(Optional.empty());
      for (int i = 0; i < node.getInputCount(); i++) {
        if (!node.getInput(i).isEmpty()) {
          scope.define(function.getInput(i), around.resolve(node.getInput(i)));
        }
      }
      int own = OnnxImporter.opset(function.getOpsetImportList(), at).orElse(opset);
      List<String> formal = function.getOutputList().subList(0, node.getOutputCount());
      new GraphWalk(own, where, assembly, problems, functions)
          .importNodes(LocalFunctions.body(function, node), formal, scope);
      return formal.stream().map(o -> scope.resolve(o).orElseThrow(Unknown::new)).toList();
    } finally {
      functions.leave();
    }
  }

  private OnnxOperator operator(NodeProto node, SourceRef at) {
    OnnxOperator operator =
        OperatorDomains.find(node.getDomain(), node.getOpType())
            .orElseThrow(
                () ->
                    RefusedOperators.complaint(
                        node.getOpType(),
                        node.getDomain().isEmpty() ? OperatorDomains.ONNX : node.getDomain(),
                        at));
    if (opset < operator.since() || opset > operator.until()) {
      String range =
          opset < operator.since()
              ? "exists since opset " + operator.since()
              : "was removed after opset " + operator.until();
      throw new CompileException(
          DiagnosticCode.BAD_NODE, at, "the operator " + range + ", the model uses opset " + opset);
    }
    return operator;
  }

  private static void checkArity(OnnxOperator op, List<Optional<Value>> operands, int outputs) {
    if (operands.size() < op.minInputs() || operands.size() > op.maxInputs()) {
      String expected =
          op.minInputs() == op.maxInputs()
              ? "" + op.minInputs()
              : op.maxInputs() == Integer.MAX_VALUE
                  ? "at least " + op.minInputs()
                  : op.minInputs() + " to " + op.maxInputs();
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "it has %d operands, expected %s", operands.size(), expected));
    }
    if (outputs > op.maxOutputs()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "it has %d results, expected at most %d", outputs, op.maxOutputs()));
    }
  }

  private static void checkContainers(OnnxOperator operator, NodeContext node, SourceRef at) {
    for (int i = 0; i < node.inputCount() && !operator.takesContainers(); i++) {
      if (node.optional(i).flatMap(node::container).isPresent()) {
        throw new CompileException(
            DiagnosticCode.BAD_NODE,
            at,
            "operand " + i + " is a sequence or optional, expected a tensor");
      }
    }
  }

  private Subgraphs subgraphs(Scope around) {
    return new Subgraphs() {
      @Override
      public Optional<Value> named(String name) {
        return around.isDefined(name) ? around.resolve(name) : Optional.empty();
      }

      @Override
      public List<Value> inline(GraphProto graph, List<Value> inputs) {
        Scope scope = new Scope(Optional.of(around));
        define(graph, inputs, scope);
        return results(graph, scope);
      }

      @Override
      public Body body(GraphProto graph, Function<Assembly, List<Value>> inputs) {
        Assembly inner = new Assembly(graph.getName(), assembly.folder());
        GraphWalk walk = new GraphWalk(opset, where, inner, problems, functions);
        Scope scope = new Scope(Optional.empty());
        walk.define(graph, inputs.apply(inner), scope);
        List<Value> captures = new ArrayList<>();
        for (String name : NodeOrder.captures(graph)) {
          if (around.isDefined(name)) {
            scope.defineLater(
                name, n -> around.resolve(n).map(v -> capture(n, v, inner, captures)));
          }
        }
        List<Layout> results = new ArrayList<>();
        int tensors = 0;
        for (Value result : walk.results(graph, scope)) {
          results.add(inner.containers().layout(result));
          for (Value tensor : inner.containers().tensors(result)) {
            inner.output("result" + tensors++, tensor);
          }
        }
        return new Body(inner.build(), List.copyOf(captures), List.copyOf(results));
      }
    };
  }

  private Value capture(String name, Value value, Assembly inner, List<Value> captures) {
    Containers all = assembly.containers();
    List<Value> tensors = new ArrayList<>();
    for (Value tensor : all.tensors(value)) {
      tensors.add(captureTensor(name, tensor, inner, captures));
    }
    return inner.containers().assemble(all.layout(value), tensors.iterator(), inner);
  }

  private Value captureTensor(String name, Value value, Assembly inner, List<Value> captures) {
    Optional<Tensor> data = assembly.constantOf(value);
    if (data.isPresent()) {
      return inner.constant(name, data.get());
    }
    if (assembly.extents().isDynamic(value)) {
      throw new CompileException(
          DiagnosticCode.DYNAMIC_SHAPE, where, name, value.type(), " inside of a branch or loop");
    }
    captures.add(value);
    return inner.input(name, value.type());
  }

  private void define(GraphProto graph, List<Value> inputs, Scope scope) {
    if (graph.getInputCount() != inputs.size()) {
      throw new IllegalArgumentException(
          "graph '"
              + graph.getName()
              + "' has "
              + graph.getInputCount()
              + " inputs, expected "
              + inputs.size());
    }
    for (int i = 0; i < inputs.size(); i++) {
      scope.define(graph.getInput(i).getName(), Optional.of(inputs.get(i)));
    }
  }

  private List<Value> results(GraphProto graph, Scope scope) {
    defineInitializers(graph, scope);
    importNodes(graph, scope);
    List<Value> results = new ArrayList<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      results.add(scope.resolve(output.getName()).orElseThrow(Unknown::new));
    }
    return results;
  }
}
