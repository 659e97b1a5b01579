package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.local;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Parts of {@code x} named by index tuples: {@code y[batch.., rows..] = x[batch.., indices[batch..,
 * rows.., 0], .., indices[batch.., rows.., K - 1]]}. {@code x} of any type; {@code indices:
 * [batch.., rows.., K]} int32 or int64, negative ones counting from the end; those that are not
 * constant are clamped at run time. ONNX GatherND, since 11.
 *
 * @param batchDims number of leading axes that {@code x} and {@code indices} share
 */
public record GatherND(int batchDims) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    return List.of(inputs.get(0).with(IndexTuples.of(inputs, batchDims).parts()));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    IndexTuples tuples = IndexTuples.of(inputs.stream().map(Tensor::type).toList(), batchDims);
    int inner = tuples.inner();
    return List.of(
        x.gather(tuples.parts(), i -> tuples.start(inputs.get(1), i / inner) + i % inner));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    IndexTuples tuples = IndexTuples.of(List.of(k.inputType(0), k.inputType(1)), batchDims);
    k.constant(1).ifPresent(tuples::check);
    int inner = tuples.inner();
    Buffer x = k.input(0, "x");
    Buffer indices = k.input(1, "indices");
    Buffer y = k.output(0, "y");
    Var from = new Var("from", LoopType.INT);
    Stmt body =
        Axes.each(
            "m",
            tuples.rows(),
            m ->
                new Stmt.Block(
                    List.of(
                        local(from, tuples.start(indices, m)),
                        Gather.run(k, x, ref(from), y, mul(m, inner), inner))));
    return k.build(
        "gatherND",
        "y" + k.outputType(0) + " = x" + k.inputType(0) + " at " + k.inputType(1),
        body);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
