package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.Containers.Container;
import dev.coppice.compiler.onnx.Containers.Kind;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * SequenceMap, since 17: the body is imported for each element of the first operand, with the
 * elements at the same place of further sequences, and with tensors as they are.
 */
final class SequenceMapImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    GraphProto body = node.graph("body");
    int length = node.container(0, Kind.SEQUENCE).parts().size();
    if (length == 0) {
      throw node.unsupportedOperand(
          "input_sequence", "it is empty, so that the element types of results are unknown");
    }
    List<List<Value>> results = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      results.add(node.inline(body, elements(node, i, length)));
    }
    List<Value> sequences = new ArrayList<>();
    for (int r = 0; r < body.getOutputCount(); r++) {
      int result = r;
      List<Value> parts = results.stream().map(one -> one.get(result)).toList();
      sequences.add(node.sequence(parts.get(0).type().dtype(), parts));
    }
    return sequences;
  }

  private static List<Value> elements(NodeContext node, int i, int length) {
    List<Value> elements = new ArrayList<>();
    for (Value input : node.inputs()) {
      Optional<Container> sequence = node.container(input);
      if (sequence.isPresent() && sequence.get().parts().size() != length) {
        throw new IllegalArgumentException(
            "sequences of " + length + " and " + sequence.get().parts().size() + " elements");
      }
      elements.add(sequence.map(s -> s.parts().get(i)).orElse(input));
    }
    return elements;
  }
}
