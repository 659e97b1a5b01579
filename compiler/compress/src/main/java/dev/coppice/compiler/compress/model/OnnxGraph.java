package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.ImportedValues;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The main graph of an ONNX model as compression edits it: nodes in topological order, and all
 * constants by name as tensors ({@code Constant} nodes and nodes of constants alone are folded into
 * them, but for those that keep a tensor in fewer bytes). What is not edited stays as the file has
 * it. A copy shares nodes and tensors, so it costs little.
 */
public final class OnnxGraph {
  private ModelShell shell;
  private final ImportOptions options;
  private final List<NodeProto> nodes;
  private final Constants constants;
  private final Set<String> names;
  private @Nullable Uses uses;
  private @Nullable ImportedValues values;

  private OnnxGraph(
      ModelShell shell,
      ImportOptions options,
      List<NodeProto> nodes,
      Constants constants,
      Set<String> names) {
    this.shell = shell;
    this.options = options;
    this.nodes = nodes;
    this.constants = constants;
    this.names = names;
  }

  /**
   * The graph of {@code model}.
   *
   * @param options sizes of symbolic dimensions and what diagnostics call the model
   * @throws dev.coppice.compiler.diag.CompileException if the compiler refuses the model
   */
  public static OnnxGraph of(ModelProto model, ImportOptions options) {
    GraphProto graph = model.getGraph();
    Constants constants = Constants.of(graph.getInitializerList(), options);
    Set<String> names = new LinkedHashSet<>(constants.names());
    graph.getInputList().forEach(i -> names.add(i.getName()));
    for (NodeProto node : graph.getNodeList()) {
      names.addAll(Nodes.names(node));
    }
    OnnxGraph made =
        new OnnxGraph(
            ModelShell.of(model), options, new ArrayList<>(graph.getNodeList()), constants, names);
    made.sweep();
    made.nodes(TopologicalOrder.of(made.nodes, made.uses()));
    made.edited();
    made.fold(
        ConstantFolding.of(
            made.nodes, constants.names(), made.values().constants(), made.outputs()));
    made.uses = null;
    made.sweep();
    return made;
  }

  /** A copy that is edited by itself. */
  public OnnxGraph copy() {
    OnnxGraph copy =
        new OnnxGraph(
            shell, options, new ArrayList<>(nodes), constants.copy(), new LinkedHashSet<>(names));
    copy.uses = uses;
    copy.values = values;
    return copy;
  }

  /** A copy in which stored forms are the constants they yield, so that their layers are layers. */
  public OnnxGraph expanded() {
    OnnxGraph copy = copy();
    copy.fold(ConstantFolding.ofAll(nodes, values().constants(), outputs()));
    copy.edited();
    copy.sweep();
    return copy;
  }

  /** Takes over everything of {@code other}, a version of the same model. */
  public void become(OnnxGraph other) {
    shell = other.shell;
    nodes(other.nodes);
    constants.become(other.constants);
    names.addAll(other.names);
    edited();
  }

  /** What diagnostics call the model. */
  public String name() {
    return options.fileName();
  }

  /** How the model is imported. */
  public ImportOptions options() {
    return options;
  }

  /** The version of {@code ai.onnx} that its nodes are written in. */
  public int opset() {
    return shell.opset();
  }

  /** Declares that the nodes are now written in {@code version} of {@code ai.onnx}. */
  public void opset(int version) {
    shell = shell.withOpset(version);
    values = null;
  }

  /** The nodes in topological order. */
  public List<NodeProto> nodes() {
    return List.copyOf(nodes);
  }

  /** The node that computes {@code value}; empty for inputs and constants. */
  public Optional<NodeProto> producer(String value) {
    return uses().producer(value);
  }

  /** The nodes that read {@code value}, each once, in topological order. */
  public List<NodeProto> consumers(String value) {
    return uses().consumers(value);
  }

  /** The only node that reads {@code value}; empty if it is an output or read by several. */
  public Optional<NodeProto> soleConsumer(String value) {
    List<NodeProto> all = consumers(value);
    return all.size() == 1 && !isOutput(value) ? Optional.of(all.get(0)) : Optional.empty();
  }

  /** Names of the inputs, in order. */
  public List<String> inputs() {
    return shell.inputs();
  }

  /** Names of the outputs, in order. */
  public List<String> outputs() {
    return shell.outputs();
  }

  /** Whether the model delivers {@code value}. */
  public boolean isOutput(String value) {
    return outputs().contains(value);
  }

  /** The data of {@code value} if it is a constant. */
  public Optional<Tensor> constant(String value) {
    return constants.data(value);
  }

  /** Whether {@code value} is a constant. */
  public boolean isConstant(String value) {
    return constants.has(value);
  }

  /**
   * The data of {@code value} if it is a constant or follows from constants and shapes alone, e.g.
   * of weights dequantized.
   */
  public Optional<Tensor> known(String value) {
    return isConstant(value)
        ? constant(value)
        : Optional.ofNullable(values().constants().get(value));
  }

  /** The text that the model's metadata has under {@code key}. */
  public Optional<String> metadata(String key) {
    return shell.metadata(key);
  }

  /** Puts {@code text} under {@code key} into the model's metadata. */
  public void metadata(String key, String text) {
    shell = shell.withMetadata(key, text);
  }

  /** Names of all constants. */
  public List<String> constants() {
    return List.copyOf(constants.names());
  }

  /** Gives the constant {@code name} other data; it need not exist yet. */
  public void constant(String name, Tensor data) {
    boolean alike =
        data.dtype().isFloat()
            && constants.data(name).map(d -> d.type().equals(data.type())).orElse(false);
    constants.put(name, data);
    names.add(name);
    values = alike ? values : null;
  }

  /** Adds a constant under a name like {@code wish} that is not taken. */
  public String addConstant(String wish, Tensor data) {
    String name = fresh(wish);
    constant(name, data);
    return name;
  }

  /** A name like {@code wish} that nothing else has; it is taken from now on. */
  public String fresh(String wish) {
    String name = wish;
    for (int i = 1; !names.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  /**
   * Puts {@code by} into the place of {@code node}.
   *
   * @throws IllegalArgumentException if the graph has no such node
   */
  public void replace(NodeProto node, List<NodeProto> by) {
    int at = nodes.indexOf(node);
    if (at < 0) {
      throw new IllegalArgumentException("no node " + Nodes.label(node));
    }
    nodes.remove(at);
    nodes.addAll(at, by);
    for (NodeProto n : by) {
      names.add(n.getName());
      names.addAll(n.getOutputList());
    }
    edited();
  }

  /** Puts what {@code by} makes of each node into its place, all at once. */
  public void replaceAll(Function<NodeProto, List<NodeProto>> by) {
    List<NodeProto> made = new ArrayList<>();
    nodes.forEach(n -> made.addAll(by.apply(n)));
    nodes(made);
    made.forEach(n -> names.addAll(Nodes.names(n)));
    edited();
  }

  /** Puts {@code by} into the place of {@code node}. */
  public void replace(NodeProto node, NodeProto by) {
    replace(node, List.of(by));
  }

  /** Takes {@code node} out; nothing may read its results any more. */
  public void remove(NodeProto node) {
    replace(node, List.of());
  }

  /** Adds nodes in front of all others. */
  public void insertFirst(List<NodeProto> added) {
    nodes.addAll(0, added);
    added.forEach(n -> names.addAll(n.getOutputList()));
    edited();
  }

  /**
   * Lets nodes in front of all others compute the constant {@code name}; whatever reads it, bodies
   * and outputs too, goes on doing so.
   *
   * @throws IllegalArgumentException if there is no such constant or the nodes do not yield it
   */
  public void compute(String name, List<NodeProto> by) {
    if (!constants.has(name) || by.stream().noneMatch(n -> n.getOutputList().contains(name))) {
      throw new IllegalArgumentException("nothing computes a constant '" + name + "'");
    }
    constants.remove(name);
    insertFirst(by);
  }

  /**
   * The type of {@code value}.
   *
   * @throws IllegalArgumentException if no output depends on such a value
   */
  public TensorType type(String value) {
    return constants
        .data(value)
        .map(Tensor::type)
        .or(() -> Optional.ofNullable(values().types().get(value)))
        .orElseThrow(
            () -> new IllegalArgumentException("no output depends on a value '" + value + "'"));
  }

  /** The shape of {@code value}; see {@link #type}. */
  public Shape shape(String value) {
    return type(value).shape();
  }

  /** Whether an output depends on {@code value}, so that its type is known. */
  public boolean hasType(String value) {
    return constants.has(value) || values().types().containsKey(value);
  }

  /** Removes nodes and constants that no output depends on. */
  public void sweep() {
    Needed needed = Needed.of(outputs(), nodes, uses());
    if (needed.nodes().size() < nodes.size()) {
      nodes(needed.nodes());
      edited();
    }
    constants.retain(needed.values());
  }

  /**
   * The part that computes {@code results} from {@code given}, as a graph of its own.
   *
   * @param given values that it gets as inputs
   * @param results values that it delivers
   * @throws IllegalArgumentException if no output depends on one of them
   */
  public OnnxGraph part(Collection<String> given, Collection<String> results) {
    List<NodeProto> own = new ArrayList<>();
    for (NodeProto node : nodes) {
      if (node.getOutputList().stream().noneMatch(given::contains)) {
        own.add(node);
      }
    }
    OnnxGraph part =
        new OnnxGraph(
            shell.with(declared(given), declared(results)),
            options,
            own,
            constants.copy(),
            new LinkedHashSet<>(names));
    part.sweep();
    return part;
  }

  /** The model with the graph as it is now. */
  public ModelProto toProto() {
    return toProto(List.of());
  }

  /**
   * The model with further outputs.
   *
   * @param taps values to deliver beside its outputs
   */
  public ModelProto toProto(Collection<String> taps) {
    return shell.filled(nodes, constants.messages(), declared(taps));
  }

  private List<ValueInfoProto> declared(Collection<String> values) {
    return values.stream().map(v -> ValueInfos.of(v, type(v))).toList();
  }

  private void nodes(List<NodeProto> now) {
    nodes.clear();
    nodes.addAll(now);
  }

  private void fold(ConstantFolding folding) {
    folding.constants().forEach(constants::put);
    nodes(folding.left());
  }

  private void edited() {
    uses = null;
    values = null;
  }

  private Uses uses() {
    Uses known = uses;
    if (known == null) {
      known = Uses.of(nodes);
      uses = known;
    }
    return known;
  }

  private ImportedValues values() {
    ImportedValues known = values;
    if (known == null) {
      known = OnnxImporter.importValues(toProto(), options, new DiagnosticSink());
      values = known;
    }
    return known;
  }
}
