package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.longLit;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code y = on} where the coordinate along a new axis equals the index, {@code off} elsewhere.
 * {@code indices} of any numeric type, negative ones counting from the end, others outside {@code
 * [-depth, depth)} giving {@code off} throughout; {@code values: [2]} are off and on, of the
 * result's type. ONNX OneHot, since 9 (its second operand is the depth).
 *
 * @param axis place of the new axis in the result
 * @param depth its extent
 */
public record OneHot(int axis, int depth) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    Operands.number(inputs, 0);
    Shape indices = inputs.get(0).shape();
    Operands.axis("axis", axis, 0, indices.rank() + 1, inputs.get(0));
    Operands.shape(inputs, 1, Shape.of(2));
    List<Integer> dims = new ArrayList<>();
    Arrays.stream(indices.dims()).forEach(dims::add);
    dims.add(axis, depth);
    return List.of(inputs.get(1).with(Shape.of(dims)));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor indices = inputs.get(0);
    Shape y = inferTypes(inputs.stream().map(Tensor::type).toList()).get(0).shape();
    int inner = Axes.inner(y, axis);
    return List.of(
        inputs
            .get(1)
            .gather(
                y,
                i -> {
                  long at = indices.longAt(i / inner / depth * inner + i % inner);
                  return (at < 0 ? at + depth : at) == i / inner % depth ? 1 : 0;
                }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.outputType(0).shape();
    int inner = Axes.inner(shape, axis);
    Buffer indices = k.input(0, "indices");
    Buffer values = k.input(1, "values");
    Buffer y = k.output(0, "y");
    Var at = new Var("at", LoopType.LONG);
    Stmt ones =
        Axes.each(
            "o",
            Axes.outer(shape, axis),
            o ->
                Axes.each(
                    "i",
                    inner,
                    i -> {
                      Expr index = cast(LoopType.LONG, load(indices, add(mul(o, inner), i)));
                      Expr place = mul(add(mul(o, depth), cast(LoopType.INT, ref(at))), inner);
                      return new Stmt.Block(
                          List.of(
                              local(at, index),
                              when(
                                  lt(ref(at), longLit(0)),
                                  assign(at, add(ref(at), longLit(depth)))),
                              when(
                                  and(ge(ref(at), longLit(0)), lt(ref(at), longLit(depth))),
                                  store(y, add(place, i), load(values, intLit(1))))));
                    }));
    return k.build(
        "oneHot",
        "y"
            + k.outputType(0)
            + " = values[1] at indices along axis "
            + axis
            + ", values[0] elsewhere",
        block(fill(y, intLit(0), intLit(shape.size()), load(values, intLit(0))), ones));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
