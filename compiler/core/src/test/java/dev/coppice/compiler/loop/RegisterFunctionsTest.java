package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.KernelPlans;
import dev.coppice.runtime.DoubleMath;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Errors of the functions in registers, interpreted and as compiled classes. */
class RegisterFunctionsTest {
  /** Bit patterns between two samples; a prime, so that all exponents and fractions are met. */
  private static final int STEP = 65_539;

  private static final float[] SAMPLES = samples();

  private static float[] samples() {
    float[] all = new float[65_552];
    int n = 0;
    for (long bits = 0; bits <= 0xFFFF_FFFFL; bits += STEP) {
      all[n++] = Float.intBitsToFloat((int) bits);
    }
    float[] edges = {
      -0f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      88.72284f,
      88.73f,
      -86.64f,
      -86.65f,
      0.99999994f,
      3.9499998f,
      3.95f
    };
    System.arraycopy(edges, 0, all, n, edges.length);
    return all;
  }

  private static final Buffer X =
      Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, SAMPLES.length);
  private static final Buffer Y =
      Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, SAMPLES.length);

  private static Kernel kernel(Intrinsic f) {
    Stmt body =
        Stmts.loop(
            "i",
            Exprs.intLit(0),
            Exprs.intLit(SAMPLES.length),
            1,
            Stmt.AxisKind.VECTOR,
            i -> Stmts.store(Y, i, Exprs.call(f, Exprs.load(X, i))));
    Kernel wide = RegisterLoops.of(new Kernel("wide", "", List.of(X, Y), body));
    LoopVerifier.verify(wide);
    boolean[] calls = {false};
    LoopTree.expressions(
        wide.body(), e -> calls[0] |= e instanceof Expr.Call c && c.function() == f);
    assertTrue(!calls[0], f + " is called");
    return wide;
  }

  private static void assertWithin(
      double ulps, double leastNormal, Intrinsic f, DoubleUnaryOperator exact) {
    Kernel kernel = kernel(f);
    float[] y = new float[SAMPLES.length];
    LoopInterpreter.run(
        kernel, List.of(new LoopInterpreter.Flat(SAMPLES, 0), new LoopInterpreter.Flat(y, 0)));
    assertWithin(ulps, leastNormal, y, exact, f + " interpreted");
    KernelPlan plan = KernelPlans.of(List.of(kernel));
    Tensor x = Tensor.ofFloats(Shape.of(SAMPLES.length), SAMPLES);
    for (Emitter emitter : Emitters.all()) {
      if (emitter.target().vectorApi()) {
        Tensor compiled = CompiledPlan.of(plan, emitter).run(List.of(x)).get(0);
        assertWithin(ulps, leastNormal, (float[]) compiled.toArray(), exact, f + " compiled");
      }
    }
  }

  private static void assertWithin(
      double ulps, double least, float[] y, DoubleUnaryOperator exact, String what) {
    for (int i = 0; i < y.length; i++) {
      double expected = exact.applyAsDouble(SAMPLES[i]);
      float rounded = (float) expected;
      String at = what + "(" + SAMPLES[i] + ") = " + y[i] + ", expected " + expected;
      if (Double.isNaN(expected) || Float.isInfinite(rounded) || Float.isInfinite(y[i])) {
        assertEquals(rounded, y[i], at);
      } else {
        boolean tiny = Math.abs(expected) < least && y[i] == 0;
        assertTrue(tiny || Math.abs(y[i] - expected) <= ulps * Math.ulp(rounded), at);
      }
    }
  }

  @Test
  void expIsWithinOneUlp() {
    assertWithin(1, 0x1p-125, Intrinsic.EXP, StrictMath::exp);
  }

  @Test
  void sigmoidIsWithinTwoAndAHalfUlp() {
    assertWithin(2.5, 0x1p-127, Intrinsic.SIGMOID, DoubleMath::sigmoid);
  }

  @Test
  void tanhIsWithinTwoAndAHalfUlp() {
    assertWithin(2.5, 0, Intrinsic.TANH, StrictMath::tanh);
  }

  @Test
  void erfIsWithinOneAndAHalfUlp() {
    assertWithin(1.5, 0, Intrinsic.ERF, DoubleMath::erf);
  }
}
