package dev.coppice.compiler.pass.layout;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.ChannelsLastConv;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.Pass;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Float32 convolutions with constant weights, and what lies between them, get their channels last
 * where that saves more than the transpositions cost that are left at the borders.
 *
 * <pre>
 * t = Conv(x, w); y = Relu(t)
 * l = Transpose(x) {perm=[0,2,3,1]}; t = ChannelsLastConv(l, w); r = Relu(t)
 * y = Transpose(r) {perm=[0,3,1,2]}
 * </pre>
 *
 * Transpositions beside others are left to {@code streamline.MergeTransposes}. Anderson and Gregg,
 * Optimal DNN primitive selection with partitioned boolean quadratic programming, 2018, state the
 * problem; with two orders it is a minimum cut.
 */
public final class PutChannelsLast implements Pass {
  @Override
  public String name() {
    return "put-channels-last";
  }

  /** Sums over channels and places are taken in another order. */
  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Graph run(Graph graph, PassContext context) {
    Map<Node, ChannelsLast> chosen = LayoutChoice.of(graph);
    if (chosen.isEmpty()) {
      return graph;
    }
    Rewrite rewrite = new Rewrite(graph);
    chosen.forEach(rewrite::put);
    context.patched(name(), chosen.keySet().iterator().next().name());
    return rewrite.patch.applyAs(name());
  }

  private static final class Rewrite {
    private final GraphPatch patch;
    private final Map<Value, Value> last = new HashMap<>();

    Rewrite(Graph graph) {
      this.patch = new GraphPatch(graph);
    }

    void put(Node node, ChannelsLast form) {
      int rank = form.rank(node.inputTypes());
      List<Value> operands = new ArrayList<>(node.inputs());
      for (int i = 0; i < form.operands(); i++) {
        operands.set(i, last(node.input(i), rank, node));
      }
      List<Value> results = patch.node(node.name(), form.op(), operands, node.origin()).outputs();
      for (int j = 0; j < results.size(); j++) {
        Value old = node.outputs().get(j);
        if (form.results() && old.type().shape().rank() > 2) {
          last.put(old, results.get(j));
          List<Integer> back = ChannelsLastConv.firstFromLast(old.type().shape().rank());
          patch.replace(old, patch.inPlaceOf(node, new Transpose(back), results.get(j)));
        } else {
          patch.replace(old, results.get(j));
        }
      }
    }

    /** {@code v} with channels last, after it got leading axes of 1. */
    private Value last(Value v, int rank, Node reader) {
      Shape shape = v.type().shape();
      if (shape.rank() < rank && shape.size() == 1) {
        return v;
      }
      if (shape.rank() == rank && last.containsKey(v)) {
        return last.get(v);
      }
      Value whole = v;
      if (shape.rank() < rank) {
        List<Integer> dims = new ArrayList<>(Collections.nCopies(rank - shape.rank(), 1));
        for (int dim : shape.dims()) {
          dims.add(dim);
        }
        whole = patch.inPlaceOf(reader, new Reshape(dims), v);
      }
      Value moved = whole;
      if (rank > 2) {
        Transpose order = new Transpose(ChannelsLastConv.lastFromFirst(rank));
        moved = patch.inPlaceOf(reader, order, whole);
      }
      if (shape.rank() == rank) {
        last.put(v, moved);
      }
      return moved;
    }
  }
}
