package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.emit.portable.PortableEmitter;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopInterpreter;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.KernelPlans;
import dev.coppice.runtime.FloatMath;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlaneExpTest {
  private static final int N = 4000;

  /** Numbers from 0 to below where exp is zero, and the edges. */
  private static float[] samples() {
    float[] x = new float[N];
    for (int i = 0; i < N; i++) {
      x[i] = -i * 0.0271f;
    }
    float[] edges = {-0f, -1e-30f, -87.34f, -103.9f, -104, -1e30f, Float.NEGATIVE_INFINITY};
    System.arraycopy(edges, 0, x, 1, edges.length);
    x[N - 1] = Float.NaN;
    return x;
  }

  private static Kernel kernel() {
    Buffer in = Buffer.flat("in", DType.FLOAT32, Buffer.Role.INPUT, N);
    Buffer out = Buffer.flat("out", DType.FLOAT32, Buffer.Role.OUTPUT, N);
    Buffer planes = Buffer.planar("p", DType.FLOAT32, Buffer.Role.SCRATCH, 2, N);
    Buffer powers = Buffer.planar("powers", DType.INT32, Buffer.Role.SCRATCH, 1, N);
    var zero = Exprs.intLit(0);
    var n = Exprs.intLit(N);
    var x = Exprs.row(planes, zero);
    var m = Exprs.row(planes, Exprs.intLit(1));
    Stmt body =
        Stmts.block(
            Stmts.copy(in, zero, x, zero, n),
            Stmts.fill(m, zero, n, Exprs.floatLit(0)),
            PlaneExp.call(x, m, Exprs.row(powers, zero), n),
            Stmts.copy(x, zero, out, zero, n));
    return new Kernel("exp", "", List.of(in, out, planes, powers), body);
  }

  @Test
  void hasTheBitsOfTheFunction() {
    float[] x = samples();
    float[] y = new float[N];
    LoopInterpreter.run(
        kernel(),
        List.of(
            new LoopInterpreter.Flat(x, 0),
            new LoopInterpreter.Flat(y, 0),
            new LoopInterpreter.Rows(new float[2][N], 0),
            new LoopInterpreter.Rows(new int[1][N], 0)));
    Tensor compiled =
        CompiledPlan.of(KernelPlans.of(List.of(kernel())), new PortableEmitter())
            .run(List.of(Tensor.ofFloats(Shape.of(N), x)))
            .get(0);
    for (int i = 0; i < N; i++) {
      int expected = Float.floatToIntBits(FloatMath.exp(x[i]));
      assertEquals(expected, Float.floatToIntBits(y[i]), "interpreted, of " + x[i]);
      assertEquals(expected, Float.floatToIntBits(compiled.floatAt(i)), "compiled, of " + x[i]);
    }
  }
}
