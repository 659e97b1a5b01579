package dev.coppice.compiler.emit.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.ClassFiles;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.KernelPlans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The model class around the kernels: weights of every type, argument checks, constants, splitting.
 */
class ModelSourcesTest {
  private static final Emitter EMITTER = Emitters.all().get(0);
  private static final EmitOptions OPTIONS = EmitOptions.of("acme", "Model");

  /** Doubles every element of weights of type {@code dtype}, flat or in rows. */
  private static Kernel copyWeights(DType dtype, boolean planar) {
    Buffer w =
        planar
            ? Buffer.planar("w", dtype, Role.WEIGHTS, 3, 5)
            : Buffer.flat("w", dtype, Role.WEIGHTS, 15);
    Buffer y = Buffer.flat("y", dtype, Role.OUTPUT, 15);
    Stmt body =
        planar
            ? Stmts.loop(
                "r",
                3,
                r ->
                    Stmts.copy(
                        Exprs.row(w, r), Exprs.intLit(0), y, Exprs.mul(r, 5), Exprs.intLit(5)))
            : Stmts.copy(w, Exprs.intLit(0), y, Exprs.intLit(0), Exprs.intLit(15));
    return new Kernel("copy" + dtype, "y = w", List.of(w, y), body);
  }

  /** A plan with weights of every type, flat and in rows. */
  static KernelPlan allWeights() {
    List<Kernel> kernels = new ArrayList<>();
    for (DType dtype : DType.values()) {
      kernels.add(copyWeights(dtype, false));
      kernels.add(copyWeights(dtype, true));
      kernels.add(copyWeights(dtype, true));
    }
    return KernelPlans.of(kernels);
  }

  private static void agree(KernelPlan plan, EmitOptions options) {
    MemoryPlan memory = MemoryPlanner.plan(plan);
    List<Tensor> inputs = KernelPlans.inputs(plan, 1);
    CompiledPlan compiled = CompiledPlan.of(plan, memory, EMITTER, options);
    List<Tensor> expected = PlanInterpreter.run(plan, memory, inputs);
    List<Tensor> actual = compiled.run(inputs);
    for (int j = 0; j < expected.size(); j++) {
      assertEquals(expected.get(j), actual.get(j), plan.outputs().get(j).name());
    }
  }

  @Test
  void loadsWeightsOfEveryTypeFromTheResource() {
    agree(allWeights(), OPTIONS);
  }

  @Test
  void loadsWeightsOfEveryTypeFromTheSource() {
    agree(allWeights(), OPTIONS.withWeights(WeightStorage.SOURCE));
  }

  @Test
  void splitsLoadsAndCallsToATinyBudget() {
    agree(allWeights(), OPTIONS.withBudgets(200, 400));
  }

  private static Kernel sum(int length) {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, length);
    Buffer w = Buffer.flat("w", DType.FLOAT32, Role.WEIGHTS, length);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, length);
    return new Kernel(
        "add",
        "y = x + w",
        List.of(x, w, y),
        Stmts.loop(
            "i", length, i -> Stmts.store(y, i, Exprs.add(Exprs.load(x, i), Exprs.load(w, i)))));
  }

  @Test
  void packsLargeWeightsIntoSeveralClasses() throws ReflectiveOperationException {
    KernelPlan plan = KernelPlans.of(List.of(sum(400_000)));
    EmitOptions options = OPTIONS.withWeights(WeightStorage.SOURCE);
    GeneratedModel model = EMITTER.emit(plan, MemoryPlanner.plan(plan), options);
    assertTrue(model.resources().isEmpty());
    assertTrue(
        model.sources().stream().anyMatch(s -> s.className().equals("acme.Model_W1")),
        model.sources().size() + " sources");
    agree(plan, options);
  }

  @Test
  void refusesArraysOfTheWrongLength() {
    CompiledPlan compiled = CompiledPlan.of(KernelPlans.of(List.of(sum(4))), EMITTER);
    assertRefused(compiled, new float[3], new float[4], "array 'n0_x' has 3 elements, expected 4");
    assertRefused(compiled, new float[4], new float[5], "array 'n0_y' has 5 elements, expected 4");
  }

  @Test
  void refusesOneArrayForInputAndOutput() {
    CompiledPlan compiled = CompiledPlan.of(KernelPlans.of(List.of(sum(4))), EMITTER);
    float[] both = new float[4];
    assertRefused(compiled, both, both, "'n0_x' and 'n0_y' are the same array, expected two");
  }

  private static void assertRefused(CompiledPlan compiled, float[] x, float[] y, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> compiled.invoke(List.of(x, y)));
    assertEquals(message, e.getMessage());
  }

  @Test
  void hasConstantsForEveryPort() throws ReflectiveOperationException {
    CompiledPlan compiled = CompiledPlan.of(KernelPlans.of(List.of(sum(4))), EMITTER);
    assertEquals("n0.x", constant(compiled, "INPUT_0_NAME"));
    assertEquals("[4]", constant(compiled, "INPUT_0_SHAPE"));
    assertEquals("f32", constant(compiled, "OUTPUT_0_TYPE"));
    assertEquals(4, constant(compiled, "OUTPUT_0_LENGTH"));
    assertEquals(16L, constant(compiled, "WEIGHT_BYTES"));
    for (Field f : compiled.instance().getClass().getDeclaredFields()) {
      boolean isConstant = java.lang.reflect.Modifier.isStatic(f.getModifiers());
      assertTrue(java.lang.reflect.Modifier.isFinal(f.getModifiers()), f + " changes");
      assertFalse(isConstant && f.getType().isArray(), f + " is shared");
    }
  }

  private static Object constant(CompiledPlan compiled, String name)
      throws ReflectiveOperationException {
    return compiled.instance().getClass().getField(name).get(null);
  }

  @Test
  void sharesEqualKernels() {
    GeneratedModel model =
        CompiledPlan.of(KernelPlans.of(List.of(sum(4), sum(4), sum(8))), EMITTER).model();
    String kernels = model.sources().get(1).text();
    assertTrue(kernels.contains("static void add("), kernels);
    assertTrue(kernels.contains("static void add2("), kernels);
    assertFalse(kernels.contains("static void add3("), kernels);
    assertTrue(kernels.contains("<p>For n0; n1."), kernels);
  }

  @Test
  void keepsMethodsAndPoolsOfALongKernelWithinTheLimits() {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 9000);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 9000);
    List<Stmt> body = new ArrayList<>();
    for (int i = 0; i < 9000; i++) {
      Expr factor = Exprs.literal(LoopType.FLOAT, i + 0.1);
      body.add(Stmts.store(y, Exprs.intLit(i), Exprs.mul(Exprs.load(x, Exprs.intLit(i)), factor)));
    }
    KernelPlan plan =
        KernelPlans.of(List.of(new Kernel("scale", "y = x * i", List.of(x, y), Stmts.block(body))));
    agree(plan, OPTIONS);
    CompiledPlan compiled = CompiledPlan.of(plan, EMITTER);
    assertTrue(
        compiled.longestMethod() <= ClassFileLimits.JIT_METHOD_BYTES,
        "longest method " + compiled.longestMethod());
    compiled
        .classes()
        .forEach(
            (name, bytes) -> {
              int entries = ClassFiles.sizes(bytes).constantPoolEntries();
              assertTrue(
                  entries <= ClassFileLimits.CONSTANT_POOL_ENTRIES / 2, name + ": " + entries);
            });
  }

  @Test
  void refusesMorePortsThanAMethodHasParameters() {
    assertLimit(
        KernelPlans.of(java.util.Collections.nCopies(128, sum(4))),
        "[JavaLimit] kernels: 256 inputs and outputs; Java allows 254. Split the model, or give operators fewer operands before it is exported.");
  }

  @Test
  void refusesAKernelOfMoreOperandsThanAMethodHasParameters() {
    List<Buffer> buffers = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      buffers.add(Buffer.flat("x" + i, DType.FLOAT32, Role.INPUT, 1));
    }
    Kernel concat = new Kernel("concat", "", buffers, Stmts.block());
    assertLimit(
        KernelPlans.of(List.of(concat)),
        "[JavaLimit] node 'n0': 128 operands and results; Java allows 127. Split the model, or give operators fewer operands before it is exported.");
  }

  private static void assertLimit(KernelPlan plan, String message) {
    CompileException e =
        assertThrows(
            CompileException.class, () -> EMITTER.emit(plan, MemoryPlanner.plan(plan), OPTIONS));
    assertEquals(message, e.diagnostics().get(0).text());
  }

  @Test
  void implementsAnInterfaceWithoutBeingPublic() {
    KernelPlan plan = KernelPlans.of(List.of(sum(4)));
    EmitOptions options = OPTIONS.implementing("acme.Adder", "add", false);
    String text = EMITTER.emit(plan, MemoryPlanner.plan(plan), options).sources().get(0).text();
    assertTrue(text.contains("\nfinal class Model implements Adder {"), text);
    assertTrue(text.contains("@Override\n  public void add(float[] n0_x, float[] n0_y) {"), text);
  }

  @Test
  void isDeterministic() throws IOException {
    KernelPlan plan = allWeights();
    GeneratedModel a = EMITTER.emit(plan, MemoryPlanner.plan(plan), OPTIONS);
    GeneratedModel b = EMITTER.emit(allWeights(), MemoryPlanner.plan(plan), OPTIONS);
    assertEquals(a.sources(), b.sources());
    assertTrue(Arrays.equals(bytes(a), bytes(b)));
  }

  private static byte[] bytes(GeneratedModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.resources().get(0).content().writeTo(out);
    return out.toByteArray();
  }
}
