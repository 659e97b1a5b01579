package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.LoopVerifier;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.op.ChannelsLastConv;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.tensor.Tolerance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every operator promises, checked for the cases a subclass gives: inferred types are those of
 * the results; {@link Op#evaluate} gives the literals of the case; the Loop interpreter and the
 * compiled Java class of every backend agree with it at the operator's numerics, alone and with a
 * residual add and a Relu fused behind it; with channels last it computes the same; elementwise
 * operators do so for special values of every type that they take, too; types that are only stored
 * are moved or refused, never computed with; bad operands are refused with the stated message.
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

    /** Types of the operands. */
    List<TensorType> types() {
      return operands.stream().map(Tensor::type).toList();
    }

    @Override
    public String toString() {
      return op + " of " + types();
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

  /**
   * Operands for the check on special values, made from {@code values}, for operators that leave
   * some of them undefined.
   */
  protected List<Tensor> special(List<Tensor> values) {
    return values;
  }

  /** Whether results of a type that is only stored have elements of the operands and zero only. */
  protected boolean movesOnly() {
    return true;
  }

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
      List<TensorType> types = c.op.inferTypes(c.types());
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
    cases().forEach(c -> interpret(List.of(c), false));
  }

  @Test
  void kernelTakesAnEpilogue() {
    withEpilogue().forEach(c -> interpret(List.of(c), true));
  }

  @Test
  void kernelAgreesOnSpecialValuesOfEveryType() {
    special().forEach(c -> interpret(List.of(c), false));
  }

  @Test
  void channelsLastComputesTheSame() {
    for (Case c : cases()) {
      c.op.channelsLast(c.types()).ifPresent(last -> assertSameWithChannelsLast(c, last));
    }
  }

  private static void assertSameWithChannelsLast(Case c, ChannelsLast last) {
    List<Tensor> operands = new ArrayList<>(c.operands);
    int rank = last.rank(c.types());
    for (int i = 0; i < last.operands(); i++) {
      Tensor x = operands.get(i);
      int[] dims = new int[rank];
      Arrays.fill(dims, 1);
      System.arraycopy(x.shape().dims(), 0, dims, rank - x.shape().rank(), x.shape().rank());
      operands.set(i, channelsLast(x.reshape(Shape.of(dims))));
    }
    List<Tensor> expected = c.op.evaluate(c.operands);
    List<Tensor> actual = last.op().evaluate(operands);
    for (int j = 0; j < expected.size(); j++) {
      Tensor e = expected.get(j);
      Tolerance tolerance = c.op.numerics().tolerance();
      assertClose(
          last.results() ? channelsLast(e) : e, actual.get(j), tolerance, "channels last " + c);
    }
  }

  private static Tensor channelsLast(Tensor x) {
    List<Integer> order = ChannelsLastConv.lastFromFirst(x.shape().rank());
    return new Transpose(order).evaluate(List.of(x)).get(0);
  }

  @Test
  void kernelInPartsHasTheSameBits() {
    cases().forEach(c -> interpretInParts(c, false));
    withEpilogue().forEach(c -> interpretInParts(c, true));
  }

  @Test
  void compiledClassAgreesWithEvaluation() {
    List<Case> all = new ArrayList<>(cases());
    all.addAll(special());
    for (Emitter emitter : Emitters.all()) {
      compile(emitter, all, false);
      compile(emitter, withEpilogue(), true);
    }
  }

  @Test
  void typesThatAreOnlyStoredAreMovedOrRefused() {
    List<Case> moves = StoredTypes.moves(cases());
    moves.forEach(
        c -> {
          List<Tensor> results = c.op.evaluate(c.operands);
          assertEquals(
              c.op.inferTypes(c.types()), results.stream().map(Tensor::type).toList(), c + "");
          assertTrue(!movesOnly() || StoredTypes.isMoved(c.operands, results), c + " computes");
        });
    if (!moves.isEmpty()) {
      interpret(moves, false);
      Emitters.all().forEach(emitter -> compile(emitter, moves, false));
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

  private List<Case> withEpilogue() {
    return cases().stream().filter(CaseBatch::takesEpilogue).toList();
  }

  /** The distinct elementwise operators of the cases on the edges of all types that they take. */
  private List<Case> special() {
    Map<Op, Integer> arities = new LinkedHashMap<>();
    for (Case c : cases()) {
      if (c.op instanceof Pointwise) {
        arities.put(c.op, c.operands.size());
      }
    }
    List<Case> special = new ArrayList<>();
    arities.forEach(
        (op, arity) ->
            SpecialValues.operands(op, arity)
                .forEach(
                    operands -> special.add(of(op, special(operands).toArray(Tensor[]::new)))));
    return special;
  }

  private static void interpret(List<Case> cases, boolean epilogue) {
    for (CaseBatch batch : CaseBatch.of(cases, epilogue)) {
      KernelPlan plan = KernelPlanner.plan(batch.graph(), Target.PORTABLE);
      plan.calls().forEach(call -> LoopVerifier.verify(call.kernel()));
      MemoryPlan memory = MemoryPlanner.plan(plan);
      assertAllClose(batch, PlanInterpreter.run(plan, memory, batch.inputs()), "interpreted ");
    }
  }

  private static void interpretInParts(Case c, boolean epilogue) {
    for (CaseBatch batch : CaseBatch.of(List.of(c), epilogue)) {
      for (Target target : List.of(Target.PORTABLE, Target.VECTOR)) {
        KernelPlan parts = ManyThreads.plan(batch.graph(), target, 3);
        if (parts.hasParts()) {
          KernelPlan whole = KernelPlanner.plan(batch.graph(), target);
          ManyThreads.assertSameBits(
              PlanInterpreter.run(whole, MemoryPlanner.plan(whole), batch.inputs()),
              PlanInterpreter.run(parts, MemoryPlanner.plan(parts), batch.inputs()),
              c.toString());
        }
      }
    }
  }

  private static void compile(Emitter emitter, List<Case> cases, boolean epilogue) {
    for (CaseBatch batch : CaseBatch.of(cases, epilogue)) {
      KernelPlan plan = KernelPlanner.plan(batch.graph(), emitter.target());
      assertAllClose(
          batch, CompiledPlan.of(plan, emitter).run(batch.inputs()), emitter.name() + " ");
    }
  }

  private static void assertAllClose(CaseBatch batch, List<Tensor> actual, String what) {
    assertEquals(batch.expected().size(), actual.size());
    for (int j = 0; j < actual.size(); j++) {
      Case c = batch.cases().get(j);
      Tolerance tolerance = tolerance(c.op, actual.get(j).dtype());
      assertClose(batch.expected().get(j), actual.get(j), tolerance, what + c);
    }
  }

  /** The operator's, and the step of 16-bit floats where that is more. */
  private static Tolerance tolerance(Op op, DType dtype) {
    Tolerance t = op.numerics().tolerance();
    double step = dtype == DType.FLOAT16 ? 0x1p-10 : dtype == DType.BFLOAT16 ? 0x1p-7 : t.rtol();
    return op.numerics() == Numerics.EXACT ? t : new Tolerance(Math.max(t.rtol(), step), t.atol());
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
