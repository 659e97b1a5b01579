package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.report.DrawnGraph.DrawnNode;
import dev.coppice.compiler.compress.report.DrawnGraph.Mark;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A graph before and after: nodes of one label are one node.
 *
 * @param before the original; what the other lacks is removed
 * @param after the compressed model; what the original lacks is added
 */
public record GraphComparison(DrawnGraph before, DrawnGraph after) {

  /** The two drawings with their marks. */
  static GraphComparison of(OnnxGraph before, OnnxGraph after) {
    Map<String, NodeProto> olds = byLabel(before);
    Map<String, NodeProto> news = byLabel(after);
    Map<String, String> changes = new LinkedHashMap<>();
    for (Map.Entry<String, NodeProto> e : olds.entrySet()) {
      NodeProto now = news.get(e.getKey());
      if (now != null) {
        changes.put(e.getKey(), change(before, e.getValue(), after, now));
      }
    }
    return new GraphComparison(
        marked(DrawnGraph.of(before), before, olds, changes, Mark.REMOVED),
        marked(DrawnGraph.of(after), after, news, changes, Mark.ADDED));
  }

  private static DrawnGraph marked(
      DrawnGraph drawn,
      OnnxGraph graph,
      Map<String, NodeProto> own,
      Map<String, String> changes,
      Mark alone) {
    List<String> keys = List.copyOf(own.keySet());
    int inputs = graph.inputs().size();
    List<DrawnNode> nodes = new ArrayList<>(drawn.nodes().subList(0, inputs));
    for (int i = inputs; i < drawn.nodes().size(); i++) {
      DrawnNode node = drawn.nodes().get(i);
      String change = changes.get(keys.get(i - inputs));
      if (change == null) {
        nodes.add(node.marked(alone, ""));
      } else {
        nodes.add(node.marked(change.isEmpty() ? Mark.SAME : Mark.CHANGED, change));
      }
    }
    return drawn.with(nodes);
  }

  /** Nodes by label; a label that is there twice gets a number. */
  private static Map<String, NodeProto> byLabel(OnnxGraph graph) {
    Map<String, NodeProto> nodes = new LinkedHashMap<>();
    for (NodeProto node : DrawnGraph.drawn(graph)) {
      String label = Nodes.label(node);
      String key = label;
      for (int i = 2; nodes.putIfAbsent(key, node) != null; i++) {
        key = label + "\n" + i;
      }
    }
    return nodes;
  }

  /** What is different, or empty. */
  private static String change(OnnxGraph before, NodeProto old, OnnxGraph after, NodeProto now) {
    List<String> changes = new ArrayList<>();
    if (!old.getOpType().equals(now.getOpType())) {
      changes.add(old.getOpType() + " → " + now.getOpType());
    }
    String from = type(before, old);
    String to = type(after, now);
    if (!from.equals(to)) {
      changes.add(from + " → " + to);
    }
    String weights = weights(before, old, after, now);
    if (!weights.isEmpty()) {
      changes.add(weights);
    }
    if (changes.isEmpty() && !old.getAttributeList().equals(now.getAttributeList())) {
      changes.add("attributes");
    }
    return String.join("; ", changes);
  }

  private static String type(OnnxGraph graph, NodeProto node) {
    return node.getOutputCount() > 0 && graph.hasType(node.getOutput(0))
        ? graph.type(node.getOutput(0)).toString()
        : "";
  }

  private static String weights(OnnxGraph before, NodeProto old, OnnxGraph after, NodeProto now) {
    for (int i = 0; i < Math.max(old.getInputCount(), now.getInputCount()); i++) {
      Optional<StorageForm> from = Nodes.input(old, i).flatMap(v -> StorageForm.of(before, v));
      Optional<StorageForm> to = Nodes.input(now, i).flatMap(v -> StorageForm.of(after, v));
      if (!from.map(StorageForm::text).equals(to.map(StorageForm::text))) {
        return from.map(StorageForm::text).orElse("no constant")
            + " → "
            + to.map(StorageForm::text).orElse("no constant");
      }
      if (from.isPresent() && !before.known(old.getInput(i)).equals(after.known(now.getInput(i)))) {
        return "weights";
      }
    }
    return "";
  }
}
