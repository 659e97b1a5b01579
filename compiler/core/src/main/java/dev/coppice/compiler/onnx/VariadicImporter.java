package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Div;
import java.util.List;

/** Sum, Max and Min, since 1: any number of operands, taken two at a time. */
record VariadicImporter(Op pair) implements NodeImporter {
  /** Mean, since 1: the sum divided by the number of operands. */
  static List<Value> mean(NodeContext node) {
    Value sum = new VariadicImporter(new Add()).apply(node).get(0);
    int n = node.inputCount();
    return List.of(n == 1 ? sum : node.add(new Div(), sum, node.scalar(sum.type().dtype(), n)));
  }

  @Override
  public List<Value> apply(NodeContext node) {
    Value result = node.input(0);
    for (int i = 1; i < node.inputCount(); i++) {
      result = node.add(pair, result, node.input(i));
    }
    return List.of(result);
  }
}
