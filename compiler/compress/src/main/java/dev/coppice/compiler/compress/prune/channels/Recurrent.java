package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * RNN, GRU and LSTM: an element of the hidden state, in both directions, is a unit; it owns a row
 * of every gate, a column of the recurrent weights, and its elements of states and peepholes.
 */
final class Recurrent implements ChannelFlow {
  private static final int WEIGHTS = 1;
  private static final int RECURRENCE = 2;
  private static final int BIAS = 3;
  private static final int INITIAL_H = 5;
  private static final int INITIAL_C = 6;
  private static final int PEEPHOLES = 7;

  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    if (!labels.isConstant(node, WEIGHTS) || !labels.isConstant(node, RECURRENCE)) {
      labels.freezeOperands(node);
      return;
    }
    int hidden = labels.shape(node.getInput(RECURRENCE)).dim(2);
    int gates = labels.shape(node.getInput(RECURRENCE)).dim(1) / hidden;
    int[] units = labels.fresh(hidden);
    ChannelLabels.Part rows = new ChannelLabels.Part(Role.PRODUCES, 1, repeated(units, gates));
    Optional<LabelledAxis> input = labels.of(node, 0).filter(a -> a.axis() == 2);
    List<ChannelLabels.Part> weights = new ArrayList<>(List.of(rows));
    if (input.isPresent()) {
      weights.add(new ChannelLabels.Part(Role.CONSUMES, 2, input.get().labels()));
    } else {
      labels.freeze(node.getInput(0));
    }
    labels.claim(node, WEIGHTS, weights.toArray(new ChannelLabels.Part[0]));
    labels.claim(node, RECURRENCE, rows, new ChannelLabels.Part(Role.CONSUMES, 2, units));
    labels.claim(node, BIAS, new ChannelLabels.Part(Role.CARRIES, 1, repeated(units, 2 * gates)));
    labels.claim(node, PEEPHOLES, new ChannelLabels.Part(Role.CARRIES, 1, repeated(units, 3)));
    state(node, INITIAL_H, units, labels);
    state(node, INITIAL_C, units, labels);
    for (String output : node.getOutputList()) {
      if (!output.isEmpty() && labels.graph().hasType(output)) {
        labels.set(output, labels.shape(output).rank() - 1, units);
      }
    }
  }

  private static void state(NodeProto node, int operand, int[] units, ChannelLabels labels) {
    Optional<LabelledAxis> own = labels.of(node, operand).filter(a -> a.axis() == 2);
    if (own.isPresent()) {
      labels.unite(units, own.get().labels());
    } else {
      labels.claim(node, operand, new ChannelLabels.Part(Role.CARRIES, 2, units));
    }
  }

  private static int[] repeated(int[] labels, int times) {
    int[] all = new int[labels.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = labels[i % labels.length];
    }
    return all;
  }

  @Override
  public List<NodeProto> fixed(NodeProto node, ChannelRemoval removal) {
    // hidden_size may be absent where the weights tell it.
    if (Nodes.attribute(node, "hidden_size").isEmpty()) {
      return List.of(node);
    }
    int hidden = removal.after().shape(node.getInput(RECURRENCE)).dim(2);
    return List.of(Nodes.with(node, Nodes.integer("hidden_size", hidden)));
  }
}
