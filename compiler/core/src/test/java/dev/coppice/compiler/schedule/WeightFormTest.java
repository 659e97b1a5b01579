package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.emit.vector.VectorEmitter;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopInterpreter;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.LoopVerifier;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.KernelPlans;
import dev.coppice.runtime.Half;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What registers hold of each form is what is stored, interpreted and as compiled classes. */
class WeightFormTest {
  private static final int INFINITY = 0x7c00;

  @Test
  void everyFiniteHalfIsExact() {
    // All finite bit patterns with one sign, then all with the other.
    assertExact(
        WeightForm.HALVES,
        2 * INFINITY,
        i -> i < INFINITY ? i : (short) (i - INFINITY | 0x8000),
        i -> Half.fp16ToFloat((short) (i < INFINITY ? i : i - INFINITY | 0x8000)));
  }

  @Test
  void everyByteIsExact() {
    assertExact(WeightForm.BYTES, 256, i -> (byte) i, i -> (byte) i);
  }

  @Test
  void floatsAreAsTheyAre() {
    assertExact(WeightForm.FLOATS, 32, i -> i / 3f, i -> i / 3f);
  }

  private static void assertExact(
      WeightForm form, int count, IntToDoubleFunction stored, IntToDoubleFunction expected) {
    int room = count + form.beyond();
    Buffer x = Buffer.flat("x", form.stored(), Buffer.Role.INPUT, room);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, count);
    Stmt body =
        Loops.each(
            "i",
            count / LoopType.MOST_LANES,
            i ->
                Loops.each(
                    "part",
                    Exprs.div(Exprs.intLit(LoopType.MOST_LANES), Exprs.lanes()),
                    p -> {
                      var at =
                          Exprs.add(Exprs.mul(i, LoopType.MOST_LANES), Exprs.mul(p, Exprs.lanes()));
                      return Stmts.store(y, at, form.register(x, at));
                    }));
    Kernel kernel = new Kernel("widen", "", List.of(x, y), body);
    LoopVerifier.verify(kernel);
    TensorType type = new TensorType(form.stored(), Shape.of(room));
    Tensor data = Tensor.fromDoubles(type, i -> i < count ? stored.applyAsDouble(i) : 0);
    float[] found = new float[count];
    LoopInterpreter.run(
        kernel,
        List.of(new LoopInterpreter.Flat(data.toArray(), 0), new LoopInterpreter.Flat(found, 0)));
    Tensor compiled =
        CompiledPlan.of(KernelPlans.of(List.of(kernel)), new VectorEmitter())
            .run(List.of(data))
            .get(0);
    for (int i = 0; i < count; i++) {
      float value = (float) expected.applyAsDouble(i);
      assertEquals(value, found[i], "interpreted " + i);
      assertEquals(value, compiled.floatAt(i), "compiled " + i);
    }
  }
}
