package dev.coppice.compiler.testing;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Applications of operators side by side in one graph, so that all are compiled at once.
 *
 * @param graph the graph
 * @param inputs what to run it on
 * @param expected what it must give, as {@link Op#evaluate} says
 * @param cases the case each result belongs to
 */
record CaseBatch(
    Graph graph, List<Tensor> inputs, List<Tensor> expected, List<OpContract.Case> cases) {

  /** Most inputs and outputs together: a method takes 255 parameters. */
  private static final int MOST_PORTS = 200;

  /** The cases in as few graphs as the number of ports allows. */
  static List<CaseBatch> of(List<OpContract.Case> cases, boolean epilogue) {
    List<CaseBatch> batches = new ArrayList<>();
    Assembly assembly = new Assembly();
    for (OpContract.Case c : cases) {
      if (assembly.ports() > MOST_PORTS) {
        batches.add(assembly.batch());
        assembly = new Assembly();
      }
      if (epilogue) {
        assembly.addWithEpilogue(c);
      } else {
        assembly.add(c);
      }
    }
    batches.add(assembly.batch());
    return batches;
  }

  /** Whether a residual add and a Relu can be fused behind the case's operator. */
  static boolean takesEpilogue(OpContract.Case c) {
    List<TensorType> results = c.op().inferTypes(c.types());
    return c.op().takesEpilogue() && results.size() == 1 && results.get(0).dtype() == DType.FLOAT32;
  }

  private static final class Assembly {
    private final GraphBuilder b = new GraphBuilder("cases");
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> expected = new ArrayList<>();
    private final List<OpContract.Case> cases = new ArrayList<>();

    int ports() {
      return inputs.size() + expected.size();
    }

    CaseBatch batch() {
      return new CaseBatch(b.build(), inputs, expected, cases);
    }

    private Value input(Tensor data) {
      inputs.add(data);
      return b.input("x" + inputs.size(), data.type());
    }

    private void output(Value value, Tensor data, OpContract.Case c) {
      expected.add(data);
      cases.add(c);
      b.output("y" + expected.size(), value);
    }

    private List<Value> results(OpContract.Case c) {
      List<Value> operands = new ArrayList<>();
      for (int i = 0; i < c.operands().size(); i++) {
        Tensor data = c.operands().get(i);
        operands.add(c.constants().get(i) ? b.constant("c", data) : input(data));
      }
      return b.node("op", c.op(), operands, List.of(), Origin.of("op")).outputs();
    }

    void add(OpContract.Case c) {
      List<Tensor> values = c.op().evaluate(c.operands());
      List<Value> results = results(c);
      for (int j = 0; j < results.size(); j++) {
        output(results.get(j), values.get(j), c);
      }
    }

    void addWithEpilogue(OpContract.Case c) {
      Tensor value = c.op().evaluate(c.operands()).get(0);
      Tensor residual = OpContract.random(99, value.shape().dims());
      Tensor sum = new Add().evaluate(List.of(value, residual)).get(0);
      Value result = results(c).get(0);
      Value relu = b.add("relu", new Relu(), b.add("add", new Add(), result, input(residual)));
      output(relu, new Relu().evaluate(List.of(sum)).get(0), c);
    }
  }
}
