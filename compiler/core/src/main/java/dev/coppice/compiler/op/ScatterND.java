package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code x} with parts replaced by, or combined with, updates: {@code y[indices[rows.., 0], ..,
 * indices[rows.., K - 1]] = updates[rows..]}. {@code x} of any type, NONE apart of numbers; {@code
 * indices: [rows.., K]} int32 or int64, those that are not constant clamped at run time; {@code
 * updates: [rows.., part..]}. Float updates to one element are rounded one by one. ONNX ScatterND,
 * since 11; reductions since 16.
 *
 * @param reduction how updates enter
 */
public record ScatterND(ScatterReduction reduction) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 3, 3);
    reduction.check(inputs);
    Operands.shape(inputs, 2, IndexTuples.of(inputs, 0).parts());
    return List.of(inputs.get(0));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    IndexTuples tuples = IndexTuples.of(inputs.stream().map(Tensor::type).toList(), 0);
    int inner = tuples.inner();
    return List.of(
        reduction.scatter(
            inputs.get(0), inputs.get(2), i -> tuples.start(inputs.get(1), i / inner) + i % inner));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    IndexTuples tuples = IndexTuples.of(List.of(k.inputType(0), k.inputType(1)), 0);
    k.constant(1).ifPresent(tuples::check);
    int inner = tuples.inner();
    Buffer x = k.input(0, "x");
    Buffer indices = k.input(1, "indices");
    Buffer updates = k.input(2, "updates");
    Buffer y = k.output(0, "y");
    Var to = new Var("to", LoopType.INT);
    Stmt rows =
        reduceLoop(
            "m",
            tuples.rows(),
            m ->
                new Stmt.Block(
                    List.of(
                        local(to, tuples.start(indices, m)),
                        Axes.each(
                            "i",
                            inner,
                            i -> {
                              Expr at = add(ref(to), i);
                              Expr update = load(updates, add(mul(m, inner), i));
                              return store(y, at, reduction.apply(load(y, at), update));
                            }))));
    Expr size = intLit(k.inputType(0).shape().size());
    return k.build(
        "scatterND",
        "y" + k.outputType(0) + " = x with " + k.inputType(2) + " entered, " + reduction,
        block(Stmts.copy(x, intLit(0), y, intLit(0), size), rows));
  }

  @Override
  public Numerics numerics() {
    return reduction == ScatterReduction.ADD || reduction == ScatterReduction.MUL
        ? Numerics.CLOSE
        : Numerics.EXACT;
  }
}
