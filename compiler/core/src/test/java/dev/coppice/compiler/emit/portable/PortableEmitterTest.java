package dev.coppice.compiler.emit.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.lowering.Binding;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.lowering.SlotSize;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortableEmitterTest {
  private static KernelPlan scaleTwice() {
    Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 3);
    Buffer w = Buffer.flat("w", DType.FLOAT32, Buffer.Role.WEIGHTS, 3);
    Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 3);
    Kernel scale =
        new Kernel(
            "scale",
            "y[3] = x[3] * w[3]",
            List.of(x, w, y),
            Stmts.loop(
                "i", 3, i -> Stmts.store(y, i, Exprs.mul(Exprs.load(x, i), Exprs.load(w, i)))));
    return new KernelPlan(
        "twice",
        List.of(new Port("in.put", DType.FLOAT32, Shape.of(1, 3))),
        List.of(new Port("out", DType.FLOAT32, Shape.of(1, 3))),
        List.of(
            new KernelCall(
                scale,
                List.of(
                    new Binding.PortIn(0, 0),
                    new Binding.FlatWeights(0),
                    new Binding.Arena(DType.Storage.FLOAT, 0)),
                "mul0"),
            new KernelCall(
                scale,
                List.of(
                    new Binding.Arena(DType.Storage.FLOAT, 0),
                    new Binding.FlatWeights(1),
                    new Binding.PortOut(0, 0)),
                "mul1")),
        List.of(
            new WeightTensor("w0", Tensor.ofFloats(Shape.of(3), 1, 2, 0.1f), false),
            new WeightTensor("w1", Tensor.ofFloats(Shape.of(3), 3, 3, 4), false)),
        List.of(new SlotSize(DType.Storage.FLOAT, 3)),
        6);
  }

  @Test
  void runsCallsInOrderOverArenaAndWeights() {
    CompiledPlan compiled = CompiledPlan.of(scaleTwice(), new PortableEmitter());
    Tensor y = compiled.run(List.of(Tensor.ofFloats(Shape.of(1, 3), 1, 10, 100))).get(0);
    assertEquals(Tensor.ofFloats(Shape.of(1, 3), 3, 60, 0.1f * 100 * 4), y);
  }
}
