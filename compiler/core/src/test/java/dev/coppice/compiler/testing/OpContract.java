package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.tensor.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every operator promises, checked for the cases a subclass gives: inferred types are those of
 * the results; {@link Op#evaluate} gives the literals of the case; the Loop interpreter and the
 * compiled Java class agree with it at the operator's numerics, alone and with a residual add and a
 * Relu fused behind it; bad operands are refused with the stated message.
 */
public abstract class OpContract {

  /**
   * An application of an operator.
   *
   * @param op the operator
   * @param operands its operands
   * @param constants which operands are constants of the graph rather than inputs
   * @param expected results that {@link Op#evaluate} must give; empty to take its word
   */
  public record Case(Op op, List<Tensor> operands, List<Boolean> constants, List<Tensor> expected) {

    /** With these results. */
    public Case gives(Tensor... results) {
      return new Case(op, operands, constants, List.of(results));
    }

    /** With the operands from {@code first} on as constants. */
    public Case constantsFrom(int first) {
      return new Case(
          op,
          operands,
          IntStream.range(0, operands.size()).mapToObj(i -> i >= first).toList(),
          expected);
    }

    @Override
    public String toString() {
      return op + " of " + operands.stream().map(t -> t.type().toString()).toList();
    }
  }

  /**
   * Operands that an operator refuses.
   *
   * @param op the operator
   * @param operands their types
   * @param message the whole message
   */
  public record Refusal(Op op, List<TensorType> operands, String message) {}

  /** Cases: at least one non-default attribute set and an edge shape. */
  protected abstract List<Case> cases();

  /** Operands refused. */
  protected abstract List<Refusal> refusals();

  /** A case whose operands are graph inputs. */
  protected static Case of(Op op, Tensor... operands) {
    return new Case(
        op, List.of(operands), java.util.Collections.nCopies(operands.length, false), List.of());
  }

  /** A refusal. */
  protected static Refusal refuses(Op op, String message, TensorType... operands) {
    return new Refusal(op, List.of(operands), message);
  }

  /** A float32 vector. */
  protected static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  /** Seeded values of any type: normal floats, small integers, booleans. */
  protected static Tensor random(long seed, DType dtype, int... dims) {
    Random r = new Random(seed);
    TensorType type = TensorType.of(dtype, dims);
    return dtype.isFloat()
        ? Tensor.fromDoubles(type, i -> (float) (2 * r.nextGaussian()))
        : dtype == DType.BOOL
            ? Tensor.fromLongs(type, i -> r.nextInt(2))
            : Tensor.fromLongs(type, i -> r.nextInt(200) - (dtype.isUnsigned() ? 0 : 100));
  }

  /** Seeded float32 values. */
  protected static Tensor random(long seed, int... dims) {
    return random(seed, DType.FLOAT32, dims);
  }

  @Test
  void resultsHaveTheInferredTypes() {
    for (Case c : cases()) {
      List<TensorType> types = c.op.inferTypes(types(c));
      assertEquals(
          types, c.op.evaluate(c.operands).stream().map(Tensor::type).toList(), c.toString());
    }
  }

  @Test
  void evaluatesToTheLiterals() {
    for (Case c : cases()) {
      List<Tensor> actual = c.op.evaluate(c.operands);
      for (int j = 0; j < c.expected.size(); j++) {
        assertClose(c.expected.get(j), actual.get(j), c.op.numerics().tolerance(), c + "");
      }
    }
  }

  @Test
  void kernelAgreesWithEvaluation() {
    for (Case c : cases()) {
      check(c, graph(c), c.op.evaluate(c.operands), c.operands);
    }
  }

  @Test
  void kernelTakesAnEpilogue() {
    for (Case c : cases()) {
      TensorType type = c.op.inferTypes(types(c)).get(0);
      if (!c.op.takesEpilogue() || type.dtype() != DType.FLOAT32) {
        continue;
      }
      Tensor residual = random(99, type.shape().dims());
      Tensor sum = new Add().evaluate(List.of(c.op.evaluate(c.operands).get(0), residual)).get(0);
      List<Tensor> operands = new ArrayList<>(c.operands);
      operands.add(residual);
      check(c, withEpilogue(c, type), new Relu().evaluate(List.of(sum)), operands);
    }
  }

  @Test
  void compiledClassAgreesWithEvaluation() {
    List<Case> cases = cases();
    for (Emitter emitter : Emitters.all()) {
      List<KernelPlan> plans =
          cases.stream().map(c -> KernelPlanner.plan(graph(c), emitter.target())).toList();
      List<CompiledPlan> compiled = CompiledPlan.of(plans, emitter);
      for (int i = 0; i < cases.size(); i++) {
        Case c = cases.get(i);
        List<Tensor> actual = compiled.get(i).run(inputs(c, c.operands));
        assertAllClose(c, c.op.evaluate(c.operands), actual, emitter.name() + ": ");
      }
    }
  }

  @Test
  void refusesBadOperandsWithTheReason() {
    for (Refusal r : refusals()) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> r.op.inferTypes(r.operands),
              r.op + " of " + r.operands);
      assertEquals(r.message, e.getMessage());
    }
  }

  private static List<TensorType> types(Case c) {
    return c.operands.stream().map(Tensor::type).toList();
  }

  private static Graph graph(Case c) {
    GraphBuilder b = new GraphBuilder("case");
    List<Value> results =
        b.node("op", c.op, operands(b, c), List.of(), dev.coppice.compiler.diag.Origin.of("op"))
            .outputs();
    for (int j = 0; j < results.size(); j++) {
      b.output("y" + j, results.get(j));
    }
    return b.build();
  }

  private static Graph withEpilogue(Case c, TensorType type) {
    GraphBuilder b = new GraphBuilder("case");
    List<Value> operands = operands(b, c);
    Value residual = b.input("residual", type);
    Value result =
        b.node("op", c.op, operands, List.of(), dev.coppice.compiler.diag.Origin.of("op")).output();
    b.output("y", b.add("relu", new Relu(), b.add("add", new Add(), result, residual)));
    return b.build();
  }

  private static List<Value> operands(GraphBuilder b, Case c) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < c.operands.size(); i++) {
      values.add(
          c.constants.get(i)
              ? b.constant("c" + i, c.operands.get(i))
              : b.input("x" + i, c.operands.get(i).type()));
    }
    return values;
  }

  /**
   * Of {@code operands}, those that are graph inputs: the case's that are not constant, and all
   * beyond them.
   */
  private static List<Tensor> inputs(Case c, List<Tensor> operands) {
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      if (i >= c.constants.size() || !c.constants.get(i)) {
        inputs.add(operands.get(i));
      }
    }
    return inputs;
  }

  private static void check(Case c, Graph graph, List<Tensor> expected, List<Tensor> operands) {
    KernelPlan plan = KernelPlanner.plan(graph, Target.PORTABLE);
    List<Tensor> actual = PlanInterpreter.run(plan, MemoryPlanner.plan(plan), inputs(c, operands));
    assertAllClose(c, expected, actual, "");
  }

  private static void assertAllClose(
      Case c, List<Tensor> expected, List<Tensor> actual, String what) {
    assertEquals(expected.size(), actual.size(), what + c);
    for (int j = 0; j < expected.size(); j++) {
      assertClose(
          expected.get(j), actual.get(j), c.op.numerics().tolerance(), what + c + " result " + j);
    }
  }

  /** Fails unless the tensors have one type and close elements. */
  public static void assertClose(Tensor expected, Tensor actual, Tolerance tolerance, String what) {
    assertEquals(expected.type(), actual.type(), what);
    for (int i = 0; i < expected.size(); i++) {
      boolean close =
          expected.dtype().isFloat()
              ? tolerance.accepts(expected.doubleAt(i), actual.doubleAt(i))
              : expected.longAt(i) == actual.longAt(i);
      if (!close) {
        fail(what + " at " + i + ": " + text(actual, i) + " instead of " + text(expected, i));
      }
    }
  }

  private static String text(Tensor t, int i) {
    return t.dtype().isFloat() ? Double.toString(t.doubleAt(i)) : Long.toString(t.longAt(i));
  }
}
