package dev.coppice.compiler.emit.java;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitter.Planned;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.GeneratedModel.VectorApi;
import dev.coppice.compiler.lowering.Binding;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.lowering.Variant;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.KernelPlans;
import dev.coppice.runtime.VectorChoice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A class with the code of two backends; either computes what its plan says. */
class ModelChoiceTest {
  private static final EmitOptions OPTIONS = EmitOptions.of("acme", "Model");
  private static final Emitter PORTABLE = Emitters.all().get(0);
  private static final Emitter VECTOR = Emitters.all().get(1);

  @AfterEach
  void askForNothing() {
    System.clearProperty(VectorChoice.PROPERTY);
  }

  private static GeneratedModel choice(
      KernelPlan portable, KernelPlan vector, EmitOptions options) {
    return ModelSources.of(
        List.of(
            new Planned(PORTABLE, List.of(Variant.only(portable))),
            new Planned(VECTOR, List.of(Variant.only(vector)))),
        options);
  }

  /** The plan with its weights from the last to the first. */
  private static KernelPlan turned(KernelPlan plan) {
    int last = plan.weights().size() - 1;
    List<WeightTensor> weights = new ArrayList<>(plan.weights());
    Collections.reverse(weights);
    List<KernelCall> calls = new ArrayList<>();
    for (KernelCall call : plan.calls()) {
      List<Binding> bindings = new ArrayList<>();
      for (Binding b : call.bindings()) {
        if (b instanceof Binding.FlatWeights w) {
          bindings.add(new Binding.FlatWeights(last - w.weight()));
        } else if (b instanceof Binding.RowWeights w) {
          bindings.add(new Binding.RowWeights(last - w.weight()));
        } else {
          bindings.add(b);
        }
      }
      calls.add(new KernelCall(call.kernel(), bindings, call.comment()));
    }
    return with(plan, plan.outputs(), calls, weights);
  }

  private static KernelPlan with(
      KernelPlan plan, List<Port> outputs, List<KernelCall> calls, List<WeightTensor> weights) {
    return new KernelPlan(
        plan.modelName(), plan.inputs(), outputs, calls, weights, plan.slots(), plan.macs());
  }

  private static void agree(
      String backend, KernelPlan plan, GeneratedModel model, EmitOptions options)
      throws ReflectiveOperationException {
    System.setProperty(VectorChoice.PROPERTY, backend);
    CompiledPlan compiled = CompiledPlan.of(plan, model, options);
    assertEquals(backend, compiled.instance().getClass().getField("BACKEND").get(null));
    List<Tensor> inputs = KernelPlans.inputs(plan, 1);
    assertEquals(
        PlanInterpreter.run(plan, MemoryPlanner.plan(plan), inputs), compiled.run(inputs), backend);
  }

  private static void agree(KernelPlan portable, KernelPlan vector, EmitOptions options)
      throws ReflectiveOperationException {
    GeneratedModel model = choice(portable, vector, options);
    agree("portable", portable, model, options);
    agree("vector", vector, model, options);
  }

  @Test
  void bothReadTheirWeightsOfEveryType() throws ReflectiveOperationException {
    KernelPlan plan = ModelSourcesTest.allWeights();
    KernelPlan turned = turned(plan);
    agree(plan, turned, OPTIONS);
    agree(turned, plan, OPTIONS.withWeights(WeightStorage.SOURCE));
    agree(plan, turned, OPTIONS.withBudgets(200, 400));
  }

  @Test
  void equalWeightsAreStoredOnce() throws ReflectiveOperationException, IOException {
    KernelPlan plan = ModelSourcesTest.allWeights();
    agree(plan, plan, OPTIONS);
    GeneratedModel both = choice(plan, plan, OPTIONS);
    GeneratedModel one = PORTABLE.emit(plan, MemoryPlanner.plan(plan), OPTIONS);
    assertArrayEquals(weights(one), weights(both));
  }

  private static byte[] weights(GeneratedModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.resources().get(0).content().writeTo(out);
    assertEquals("acme/Model.weights", model.resources().get(0).path());
    return out.toByteArray();
  }

  @Test
  void portsMayHaveTheNamesOfFields() throws ReflectiveOperationException {
    KernelPlan plan = ModelSourcesTest.allWeights();
    List<String> names = List.of("vector", "portable", "progress", "BACKEND");
    List<Port> ports = new ArrayList<>(plan.outputs());
    for (int i = 0; i < names.size(); i++) {
      ports.set(i, new Port(names.get(i), ports.get(i).dtype(), ports.get(i).shape()));
    }
    KernelPlan named = with(plan, ports, plan.calls(), plan.weights());
    agree(named, named, OPTIONS);
  }

  @Test
  void implementsTheInterfaceForBoth() {
    KernelPlan plan = ModelSourcesTest.allWeights();
    EmitOptions options = OPTIONS.implementing("acme.Adder", "add", false);
    GeneratedModel model = choice(plan, plan, options);
    String text = model.sources().get(0).text();
    assertTrue(text.contains("\nfinal class Model implements Adder {"), text);
    assertTrue(text.contains("@Override\n  public void add("), text);
    assertEquals(
        1, model.sources().stream().filter(s -> s.text().contains("implements Adder")).count());
    assertEquals(VectorApi.OPTIONAL, model.vectorApi());
  }
}
