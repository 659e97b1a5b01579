package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.If;
import dev.coppice.compiler.op.Loop;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Lowers the bodies of a region: the calls of a branch or an iteration, and the block around. */
final class RegionPlanner {
  private final PlanBuilder around;
  private final PlanParts parts;
  private final KernelPlanner planner;

  RegionPlanner(KernelPlanner planner) {
    this.planner = planner;
    this.around = planner.values();
    this.parts = around.parts();
  }

  /** Lowers {@code node}, which is a region. */
  void lower(Node node) {
    if (node.op() instanceof If branches) {
      lower(node, branches);
    } else if (node.op() instanceof Loop loop) {
      lower(node, loop);
    } else {
      throw new IllegalStateException("compiler bug: no lowering of region " + node.op().name());
    }
  }

  private void lower(Node node, If branches) {
    Binding condition = around.place(node.input(0));
    List<Binding> results = node.outputs().stream().map(around::place).toList();
    int split = 1 + branches.then().inputs().size();
    int from = parts.nextCall();
    List<Block> then =
        parts.blocksOf(() -> branch(branches.then(), node.inputs().subList(1, split), results));
    int middle = parts.nextCall();
    List<Block> otherwise =
        parts.blocksOf(
            () ->
                branch(
                    branches.otherwise(),
                    node.inputs().subList(split, node.inputs().size()),
                    results));
    parts.block(new Block.Choice(from, middle, parts.nextCall(), condition, then, otherwise));
  }

  private void branch(Graph body, List<Value> operands, List<Binding> results) {
    KernelPlanner inner = planner.within(body);
    for (int i = 0; i < operands.size(); i++) {
      inner.values().put(body.inputs().get(i), around.place(operands.get(i)));
    }
    inner.computeTo(results);
  }

  private void lower(Node node, Loop loop) {
    String comment = String.join(", ", node.origin().nodes());
    List<Value> results = node.outputs();
    Binding most = around.place(node.input(0));
    Binding iteration = around.place(results.get(results.size() - 1));
    Binding again = fresh(new SlotSize(DType.Storage.BOOLEAN, 1));
    List<Binding> carried = new ArrayList<>();
    for (int i = 0; i < loop.carried(); i++) {
      Value initial = node.input(2 + i);
      carried.add(around.place(results.get(i)));
      parts.call(GlueKernels.copy(initial.type(), around.place(initial), carried.get(i), comment));
    }
    for (Value collection : results.subList(loop.carried(), results.size() - 1)) {
      parts.call(GlueKernels.clear(collection.type(), around.place(collection), comment));
    }
    parts.call(GlueKernels.start(most, around.place(node.input(1)), iteration, again, comment));
    int from = parts.nextCall();
    List<Block> body =
        parts.blocksOf(() -> iteration(node, loop, most, iteration, again, carried, comment));
    parts.block(new Block.Repeat(from, parts.nextCall(), again, body));
  }

  private void iteration(
      Node node,
      Loop loop,
      Binding most,
      Binding iteration,
      Binding again,
      List<Binding> carried,
      String comment) {
    if (loop.collected() > 0) {
      parts.block(
          new Block.Check(
              parts.nextCall(), iteration, loop.limit() - 1L, "iterations of '" + comment + "'"));
    }
    Graph body = loop.body();
    KernelPlanner inner = planner.within(body);
    PlanBuilder values = inner.values();
    values.put(body.inputs().get(0), iteration);
    for (int i = 0; i < node.inputs().size() - 2; i++) {
      values.put(
          body.inputs().get(Loop.FIRST_CARRIED + i),
          i < loop.carried() ? carried.get(i) : around.place(node.input(2 + i)));
    }
    inner.compute();
    List<Value> outputs = body.outputs().stream().map(Graph.Output::value).toList();
    List<Binding> sources =
        sources(outputs.subList(1, 1 + loop.carried()), values, iteration, carried, comment);
    for (int i = 0; i < loop.collected(); i++) {
      Value element = outputs.get(1 + loop.carried() + i);
      Binding collection = around.place(node.outputs().get(loop.carried() + i));
      parts.call(
          GlueKernels.collect(
              element.type(), loop.limit(), iteration, values.place(element), collection, comment));
    }
    parts.call(GlueKernels.next(most, values.place(outputs.get(0)), iteration, again, comment));
    for (int i = 0; i < loop.carried(); i++) {
      if (!sources.get(i).equals(carried.get(i))) {
        parts.call(
            GlueKernels.copy(outputs.get(1 + i).type(), sources.get(i), carried.get(i), comment));
      }
    }
  }

  /**
   * Where the next carried values lie when all are to be copied: one that lies in the place of
   * another, or is the number of the iteration, moves out of the way.
   */
  private List<Binding> sources(
      List<Value> next,
      PlanBuilder values,
      Binding iteration,
      List<Binding> carried,
      String comment) {
    List<Binding> sources = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      Binding source = values.place(next.get(i));
      boolean overwritten =
          source.sharesStorage(iteration)
              || carried.stream().anyMatch(source::sharesStorage) && !source.equals(carried.get(i));
      if (overwritten) {
        TensorType type = next.get(i).type();
        Binding aside = fresh(new SlotSize(type.dtype().storage(), type.shape().size()));
        parts.call(GlueKernels.copy(type, source, aside, comment));
        source = aside;
      }
      sources.add(source);
    }
    return sources;
  }

  private Binding fresh(SlotSize size) {
    return new Binding.Arena(size.storage(), parts.slot(size));
  }
}
