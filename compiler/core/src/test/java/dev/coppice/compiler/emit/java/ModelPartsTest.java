package dev.coppice.compiler.emit.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.Variant;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.KernelPlans;
import dev.coppice.compiler.testing.ManyThreads;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Generated classes whose threads share the parts of kernels. */
@Timeout(120)
class ModelPartsTest {
  private static final Emitter EMITTER = Emitters.all().get(0);
  private static final int LENGTH = 640;

  /** {@code y[i] = x[at[i]] * factor}. */
  private static Kernel pick(int length, float factor) {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, length);
    Buffer at = Buffer.flat("at", DType.INT32, Role.INPUT, length);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, length);
    return new Kernel(
        "pick",
        "y[i] = x[at[i]] * " + factor,
        List.of(x, at, y),
        Stmts.loop("i", length, i -> Stmts.store(y, i, picked(x, at, i, factor))));
  }

  private static Expr picked(Buffer x, Buffer at, Expr i, float factor) {
    return Exprs.mul(Exprs.load(x, Exprs.load(at, i)), Exprs.floatLit(factor));
  }

  private static KernelPlan plan(List<Kernel> kernels, int threads) {
    return ManyThreads.inParts(KernelPlans.of(kernels), EMITTER.target().withThreads(threads));
  }

  private static List<Object> arrays(int length) {
    float[] x = new float[length];
    int[] at = new int[length];
    for (int i = 0; i < length; i++) {
      x[i] = i;
      at[i] = length - 1 - i;
    }
    return List.of(x, at, new float[length]);
  }

  private static void assertPicked(List<Object> arrays, float factor) {
    float[] y = (float[]) arrays.get(2);
    for (int i = 0; i < y.length; i++) {
      assertEquals((y.length - 1 - i) * factor, y[i], "[" + i + "]");
    }
  }

  private static List<Thread> workersOf(String className) {
    Thread[] all = new Thread[Thread.activeCount() + 50];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count)
        .filter(t -> t.getName().startsWith(className + " worker "))
        .toList();
  }

  @Test
  void manyCallsFitTinyMethods() {
    List<Kernel> kernels = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      kernels.add(pick(LENGTH, i));
    }
    KernelPlan plan = plan(kernels, 3);
    EmitOptions options = EmitOptions.of("acme", "Many").withBudgets(300, 2000);
    CompiledPlan compiled = CompiledPlan.of(plan, MemoryPlanner.plan(plan), EMITTER, options);
    String source = compiled.model().sources().get(0).text();
    assertTrue(source.contains("private void upTo"), source);
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.addAll(arrays(LENGTH).subList(0, 2));
    }
    for (int i = 0; i < 40; i++) {
      all.add(new float[LENGTH]);
    }
    compiled.invoke(all);
    for (int i = 0; i < 40; i++) {
      assertPicked(List.of(all.get(2 * i), all.get(2 * i + 1), all.get(80 + i)), i);
    }
  }

  @Test
  void arraysMayHaveTheNamesThatTheClassUses() {
    String text =
        """
        graph g(call: f32[64,70], worker: f32[64,70], part: f32[64,70], parts: f32[64,70]) -> (pool) {
          a = Mul(call, worker)
          b = Sub(a, part)
          pool = Add(b, parts)
        }
        """;
    KernelPlan plan = ManyThreads.plan(GraphText.parse(text), EMITTER.target(), 2);
    List<Tensor> inputs = KernelPlans.inputs(plan, 3);
    Tensor pool = CompiledPlan.of(plan, EMITTER).run(inputs).get(0);
    for (int i = 0; i < pool.size(); i++) {
      float product = inputs.get(0).floatAt(i) * inputs.get(1).floatAt(i);
      assertEquals(product - inputs.get(2).floatAt(i) + inputs.get(3).floatAt(i), pool.floatAt(i));
    }
  }

  @Test
  void whatAPartThrowsReachesTheCallerAndTheInstanceWorksOn() throws IllegalAccessException {
    CompiledPlan compiled = CompiledPlan.of(plan(List.of(pick(LENGTH, 2)), 3), EMITTER);
    for (int i = 0; i < 20; i++) {
      List<Object> arrays = arrays(LENGTH);
      compiled.invoke(arrays);
      assertPicked(arrays, 2);
      ((int[]) arrays.get(1))[37 * i % LENGTH] = -1 - i;
      ArrayIndexOutOfBoundsException e =
          assertThrows(ArrayIndexOutOfBoundsException.class, () -> compiled.invoke(arrays));
      assertEquals("Index " + (-1 - i) + " out of bounds for length " + LENGTH, e.getMessage());
      assertHoldsNoArray(compiled.instance());
    }
  }

  private static void assertHoldsNoArray(Object instance) throws IllegalAccessException {
    for (Field f : instance.getClass().getDeclaredFields()) {
      if (f.getName().equals(ModelParts.FIELD)) {
        f.setAccessible(true);
        for (Field port : f.get(instance).getClass().getDeclaredFields()) {
          port.setAccessible(true);
          if (port.getType().isArray()) {
            assertNull(port.get(f.get(instance)), port.getName());
          }
        }
        return;
      }
    }
    throw new AssertionError("no field " + ModelParts.FIELD);
  }

  @Test
  void variantsShareThePool() {
    Map<String, KernelPlan> plans = new LinkedHashMap<>();
    plans.put("n=320", plan(List.of(pick(320, 3)), 2));
    plans.put("n=640", plan(List.of(pick(640, 3)), 2));
    List<Variant> variants = Variant.of(plans);
    GeneratedModel model =
        ModelSources.of(
            List.of(new Emitter.Planned(EMITTER, variants)), EmitOptions.of("acme", "Sizes"));
    KernelPlan last = plans.get("n=640");
    Consumer<Object[]> instance =
        LoadedModel.load(model, last.inputs(), last.outputs()).newInstance();
    for (int length : new int[] {640, 320, 640}) {
      List<Object> arrays = arrays(length);
      instance.accept(arrays.toArray());
      assertPicked(arrays, 3);
    }
    assertEquals(1, workersOf("Sizes").size());
  }

  @Test
  void oneThreadNeedsNoPool() {
    KernelPlan plan = plan(List.of(pick(LENGTH, 2)), 1);
    String source = CompiledPlan.of(plan, EMITTER).model().sources().get(0).text();
    assertFalse(source.contains("WorkerPool"), source);
  }

  @Test
  void runsAllocateNothingInAnyThread() {
    KernelPlan plan = plan(List.of(pick(LENGTH, 2), pick(LENGTH, 3)), 3);
    MemoryPlan memory = MemoryPlanner.plan(plan);
    GeneratedModel model = EMITTER.emit(plan, memory, EmitOptions.of("acme", "Frugal"));
    Consumer<Object[]> instance =
        LoadedModel.load(model, plan.inputs(), plan.outputs()).newInstance();
    List<Object> two = arrays(LENGTH);
    Object[] all = {two.get(0), two.get(1), two.get(0), two.get(1), two.get(2), new float[LENGTH]};
    List<Thread> threads = new ArrayList<>(workersOf("Frugal"));
    assertEquals(2, threads.size());
    threads.add(Thread.currentThread());
    long[] ids = threads.stream().mapToLong(Thread::getId).toArray();
    run(instance, all, 2_000);
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] first = bean.getThreadAllocatedBytes(ids);
    long[] second = bean.getThreadAllocatedBytes(ids);
    run(instance, all, 2_000);
    long[] third = bean.getThreadAllocatedBytes(ids);
    for (int i = 0; i < ids.length; i++) {
      assertEquals(second[i] - first[i], third[i] - second[i], threads.get(i).getName());
    }
  }

  private static void run(Consumer<Object[]> instance, Object[] arrays, int times) {
    for (int i = 0; i < times; i++) {
      instance.accept(arrays);
    }
  }

  @Test
  void threadsEndWithTheInstance() throws InterruptedException {
    useAndForget();
    assertEquals(3, workersOf("Forgotten").size());
    for (int i = 0; i < 300 && !workersOf("Forgotten").isEmpty(); i++) {
      System.gc();
      Thread.sleep(50);
    }
    assertEquals(List.of(), workersOf("Forgotten"));
  }

  /** In a method of its own, so that no variable of the test holds the instance. */
  private static void useAndForget() {
    KernelPlan plan = plan(List.of(pick(LENGTH, 2)), 4);
    GeneratedModel model =
        EMITTER.emit(plan, MemoryPlanner.plan(plan), EmitOptions.of("acme", "Forgotten"));
    List<Object> arrays = arrays(LENGTH);
    LoadedModel.load(model, plan.inputs(), plan.outputs()).newInstance().accept(arrays.toArray());
    assertPicked(arrays, 2);
  }
}
