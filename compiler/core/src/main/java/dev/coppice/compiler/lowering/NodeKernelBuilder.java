package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.Chooser;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Places;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.ir.Producer;
import dev.coppice.compiler.ir.ScheduleChoice;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lowers one node with its epilogue: hands out buffers and remembers what each is bound to. */
final class NodeKernelBuilder implements KernelBuilder {
  private final Graph graph;
  private final Node node;
  private final Epilogue epilogue;
  private final Target target;
  private final Chooser chooser;
  private final PlanBuilder plan;
  private final Map<Buffer, Binding> bindings = new LinkedHashMap<>();
  private final Map<DType.Storage, Integer> scratchRows;
  private final String suffix;
  private final List<Buffer> residuals = new ArrayList<>();
  private final List<Buffer> channelConstants = new ArrayList<>();
  private final List<String> facts = new ArrayList<>();
  private final Map<Integer, Boolean> coded = new LinkedHashMap<>();
  private Optional<NodeKernelBuilder> producer = Optional.empty();
  private Optional<ScheduleChoice> choice = Optional.empty();
  private boolean reads;

  NodeKernelBuilder(
      Graph graph, Node node, Epilogue epilogue, Target target, Chooser chooser, PlanBuilder plan) {
    this(graph, node, epilogue, target, chooser, plan, new LinkedHashMap<>(), "");
  }

  private NodeKernelBuilder(
      Graph graph,
      Node node,
      Epilogue epilogue,
      Target target,
      Chooser chooser,
      PlanBuilder plan,
      Map<DType.Storage, Integer> scratchRows,
      String suffix) {
    this.graph = graph;
    this.node = node;
    this.epilogue = epilogue;
    this.target = target;
    this.chooser = chooser;
    this.plan = plan;
    this.scratchRows = scratchRows;
    this.suffix = suffix;
  }

  /** Offers {@code node}, which computes operand 0 for this node alone, to be computed here. */
  void offer(Node node, Epilogue epilogue) {
    producer =
        Optional.of(
            new NodeKernelBuilder(
                graph, node, epilogue, target, chooser, plan, scratchRows, "Input"));
  }

  /** Whether the kernel computes operand 0. */
  boolean computesInput() {
    return producer.isPresent() && producer.get().reads;
  }

  /** How the node is computed, if there was a choice. */
  Optional<ScheduleChoice> choice() {
    return choice;
  }

  /** Whether {@code kernel} has all operands of the epilogues that it computes. */
  boolean keepsOperands(Kernel kernel) {
    return kernel.buffers().containsAll(residuals())
        && kernel.buffers().containsAll(channelConstants())
        && (!computesInput() || producer.orElseThrow().keepsOperands(kernel));
  }

  /** Bindings of the buffers handed out, in the kernel's order. */
  List<Binding> bindings() {
    return List.copyOf(buffers().values());
  }

  private Map<Buffer, Binding> buffers() {
    Map<Buffer, Binding> all = new LinkedHashMap<>(bindings);
    if (computesInput()) {
      all.putAll(producer.orElseThrow().bindings);
    }
    return all;
  }

  @Override
  public Optional<Producer> producer() {
    return producer.map(p -> new Producer(p.node.op(), p));
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public int inputs() {
    return node.inputs().size();
  }

  @Override
  public TensorType inputType(int i) {
    return node.input(i).type();
  }

  @Override
  public TensorType outputType(int j) {
    return node.outputs().get(j).type();
  }

  @Override
  public Optional<Tensor> constant(int i) {
    return graph.constant(plan.root(node.input(i))).map(t -> t.reshape(inputType(i).shape()));
  }

  @Override
  public boolean staysCoded(int i) {
    return target.codedWeights()
        && coded.computeIfAbsent(i, any -> constant(i).map(CodedWeights::fits).orElse(false));
  }

  @Override
  public Buffer input(int i, String name) {
    reads = true;
    return operand(node.input(i), name);
  }

  private Buffer operand(Value value, String name) {
    Binding place = plan.place(value);
    Role role = place instanceof Binding.FlatWeights ? Role.WEIGHTS : Role.INPUT;
    return bind(
        Buffer.flat(name + suffix, value.type().dtype(), role, value.type().shape().size()), place);
  }

  @Override
  public Buffer output(int j, String name) {
    TensorType type = outputType(j);
    return bind(
        Buffer.flat(name + suffix, type.dtype(), Role.OUTPUT, type.shape().size()),
        plan.place(stored(j)));
  }

  /** What the kernel delivers for result {@code j}. */
  private Value stored(int j) {
    return j == 0 && !epilogue.nodes().isEmpty()
        ? epilogue.nodes().get(epilogue.nodes().size() - 1).output()
        : node.outputs().get(j);
  }

  @Override
  public Places outputPlaces(String name) {
    TensorType type = outputType(0);
    int channels = type.shape().dim(-1);
    Optional<JoinedPlaces.Part> part = plan.joined().part(stored(0));
    // Residuals are read at the index of what is stored.
    if (part.isEmpty() || channels == 0 || !epilogue.residuals().isEmpty()) {
      return new Places(output(0, name), channels);
    }
    plan.joined().store(stored(0));
    int step = part.get().step();
    int length = (type.shape().size() / channels - 1) * step + channels;
    Buffer y = Buffer.flat(name + suffix, type.dtype(), Role.OUTPUT, length);
    return new Places(bind(y, plan.place(part.get())), step);
  }

  @Override
  public Buffer weights(String name, KernelWeights weights) {
    Tensor data = weights.data();
    int w = plan.weight(weightName(name), weights, false);
    return bind(
        Buffer.flat(name + suffix, data.dtype(), Role.WEIGHTS, data.size()),
        new Binding.FlatWeights(w));
  }

  @Override
  public Buffer weightRows(String name, Reordered elements) {
    Tensor data = elements.data();
    int w = plan.weight(weightName(name), KernelWeights.of(elements), true);
    return bind(
        Buffer.planar(
            name + suffix, data.dtype(), Role.WEIGHTS, data.shape().dim(0), data.shape().dim(1)),
        new Binding.RowWeights(w));
  }

  private String weightName(String name) {
    return node.name() + "." + name;
  }

  @Override
  public Buffer scratch(String name, DType dtype, int length) {
    int slot = plan.scratch(new SlotSize(dtype.storage(), length));
    return bind(
        Buffer.flat(name + suffix, dtype, Role.SCRATCH, length),
        new Binding.ScratchFlat(dtype.storage(), slot));
  }

  @Override
  public Buffer scratchRows(String name, DType dtype, int rows, int length) {
    int first = scratchRows.merge(dtype.storage(), rows, Integer::sum) - rows;
    return bind(
        Buffer.planar(name + suffix, dtype, Role.SCRATCH, rows, length),
        new Binding.ScratchRows(dtype.storage(), first));
  }

  private Buffer bind(Buffer buffer, Binding place) {
    Binding before = bindings.putIfAbsent(buffer, place);
    if (before != null && !before.equals(place)) {
      throw new IllegalStateException(
          "compiler bug: buffer " + buffer.name() + " of node " + node.name() + " is bound twice");
    }
    return buffer;
  }

  @Override
  public List<Buffer> residuals() {
    if (residuals.isEmpty()) {
      for (int i = 0; i < epilogue.residuals().size(); i++) {
        residuals.add(operand(epilogue.residuals().get(i), i == 0 ? "residual" : "residual" + i));
      }
    }
    return List.copyOf(residuals);
  }

  @Override
  public List<Buffer> channelConstants() {
    if (channelConstants.isEmpty()) {
      for (int i = 0; i < epilogue.channelConstants().size(); i++) {
        channelConstants.add(
            operand(epilogue.channelConstants().get(i), i == 0 ? "each" : "each" + i));
      }
    }
    return List.copyOf(channelConstants);
  }

  @Override
  public Expr finish(Expr value, Expr index) {
    return finish(
        value,
        residuals().stream().map(r -> Exprs.load(r, index)).toList(),
        channelConstants().stream().map(c -> Exprs.load(c, channel(index))).toList());
  }

  /** The channel of element {@code index} of the result. */
  private Expr channel(Expr index) {
    Shape shape = node.output().type().shape();
    int axis = node.op().epilogueAxis();
    Expr run = Exprs.div(index, Exprs.intLit(shape.sizeOf(axis + 1, shape.rank())));
    return Exprs.rem(run, Exprs.intLit(shape.dim(axis)));
  }

  @Override
  public Expr finish(Expr value, List<Expr> residualValues, List<Expr> channelValues) {
    return epilogue.apply(graph, node.output(), value, residualValues, channelValues);
  }

  @Override
  public boolean hasEpilogue() {
    return !epilogue.nodes().isEmpty();
  }

  @Override
  public void note(String fact) {
    facts.add(fact);
  }

  @Override
  public Kernel choose(List<Candidate> candidates) {
    List<Candidate> ranked = new ArrayList<>(ScheduleChoice.rank(candidates, target.costs()));
    NodeGroup group =
        new NodeGroup(
            graph,
            node,
            epilogue,
            producer.map(p -> p.node),
            producer.map(p -> p.epilogue).orElse(Epilogue.NONE));
    Chooser.Question question =
        new Chooser.Question(group.geometry(facts), fitting(ranked), group::alone);
    Optional<Candidate> named =
        chooser
            .choose(question)
            .filter(question.schedules()::contains)
            .flatMap(
                n -> ranked.stream().filter(c -> n.equals(c.prediction().schedule())).findFirst());
    named.ifPresent(
        c -> {
          ranked.remove(c);
          ranked.add(0, c);
        });
    List<Prediction> all = ranked.stream().map(Candidate::prediction).toList();
    choice =
        Optional.of(new ScheduleChoice(node.ref(), facts, all, target.costs(), named.isPresent()));
    return ranked.get(0).kernel().get();
  }

  /** Predictions of those that add no more code than a kernel may. */
  private List<Prediction> fitting(List<Candidate> ranked) {
    return ranked.stream().map(Candidate::prediction).filter(p -> p.fits(target.costs())).toList();
  }

  @Override
  public Kernel build(String name, String comment, Stmt body) {
    StringBuilder text = new StringBuilder(comment);
    epilogue.nodes().forEach(n -> text.append("; then ").append(n.op().name()));
    return new Kernel(name, text.toString(), List.copyOf(buffers().keySet()), body);
  }
}
