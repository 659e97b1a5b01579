package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.Golden;
import dev.coppice.compiler.testing.KernelPlans;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exact text of a few generated files: what a reader of generated code sees. */
class GeneratedSourceTest {
  /** Two channels summed over planes: rows, a microkernel and a weight for each. */
  private static Kernel mix() {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 32);
    Buffer w = Buffer.flat("w", DType.FLOAT32, Role.WEIGHTS, 8);
    Buffer p = Buffer.planar("p", DType.FLOAT32, Role.SCRATCH, 2, 16);
    Buffer acc = Buffer.planar("acc", DType.FLOAT32, Role.SCRATCH, 1, 16);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 64);
    Array sum = Exprs.row(acc, Exprs.intLit(0));
    Stmt body =
        Stmts.block(
            Stmts.loop(
                "ic",
                2,
                ic ->
                    Stmts.copy(
                        x, Exprs.mul(ic, 16), Exprs.row(p, ic), Exprs.intLit(0), Exprs.intLit(16))),
            Stmts.loop(
                "oc",
                4,
                oc ->
                    Stmts.block(
                        Stmts.invoke(
                            mixRows(),
                            List.of(
                                sum, Exprs.row(p, Exprs.intLit(0)), Exprs.row(p, Exprs.intLit(1))),
                            List.of(
                                Exprs.load(w, Exprs.mul(oc, 2)),
                                Exprs.load(w, Exprs.add(Exprs.mul(oc, 2), 1)),
                                Exprs.intLit(16))),
                        Stmts.copy(sum, Exprs.intLit(0), y, Exprs.mul(oc, 16), Exprs.intLit(16)))));
    return new Kernel("mix", "y[4,16] = w[4,2] x[2,16]", List.of(x, w, p, acc, y), body);
  }

  private static Function mixRows() {
    Buffer o = Buffer.row("o", DType.FLOAT32, Role.OUTPUT, 0);
    Buffer p0 = Buffer.row("p0", DType.FLOAT32, Role.INPUT, 0);
    Buffer p1 = Buffer.row("p1", DType.FLOAT32, Role.INPUT, 0);
    Var w0 = new Var("w0", LoopType.FLOAT);
    Var w1 = new Var("w1", LoopType.FLOAT);
    Var n = new Var("n", LoopType.INT);
    Stmt body =
        Stmts.loop(
            "i",
            Exprs.intLit(0),
            Exprs.ref(n),
            1,
            Stmt.AxisKind.VECTOR,
            i ->
                Stmts.store(
                    o,
                    i,
                    Exprs.add(
                        Exprs.mul(Exprs.load(p0, i), Exprs.ref(w0)),
                        Exprs.mul(Exprs.load(p1, i), Exprs.ref(w1)))));
    return new Function(
        "mix2", "o = p0 * w0 + p1 * w1.", List.of(o, p0, p1), List.of(w0, w1, n), body);
  }

  /** Sums of eight values in four lanes, quantized to a byte. */
  private static Kernel sums() {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 80);
    Buffer y = Buffer.flat("y", DType.UINT8, Role.OUTPUT, 10);
    Var acc = new Var("acc", LoopType.FLOAT.times(4));
    Stmt body =
        Stmts.loop(
            "r",
            10,
            r -> {
              Expr at = Exprs.mul(r, 8);
              Expr sum = Exprs.reduce(Expr.BinaryOp.ADD, Exprs.ref(acc));
              Expr clamped = Exprs.min(Exprs.max(sum, Exprs.floatLit(0)), Exprs.floatLit(255));
              return Stmts.block(
                  Stmts.local(acc, Exprs.loadVector(x, at, 4)),
                  Stmts.assign(
                      acc, Exprs.add(Exprs.ref(acc), Exprs.loadVector(x, Exprs.add(at, 4), 4))),
                  Stmts.store(y, r, Exprs.cast(LoopType.INT, clamped)));
            });
    return new Kernel("sums", "yu8[10] = sum of x[10,8] along axis 1", List.of(x, y), body);
  }

  private static void assertGolden(String name, Kernel kernel) {
    KernelPlan plan = KernelPlans.of(List.of(kernel));
    GeneratedModel model =
        new PortableEmitter()
            .emit(plan, MemoryPlanner.plan(plan), EmitOptions.of("com.acme", "Model"));
    for (GeneratedModel.SourceFile s : model.sources()) {
      Golden.assertMatches(
          GeneratedSourceTest.class, name + "/" + s.className() + ".java", s.text());
    }
  }

  @Test
  void planesAndMicrokernel() {
    assertGolden("planes", mix());
  }

  @Test
  void lanesAndNarrowing() {
    assertGolden("lanes", sums());
  }
}
