package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.doubleLit;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.neg;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The discrete Fourier transform along an axis. {@code x: [.., L, .., 1 or 2]}, floats, the last
 * axis real and imaginary part; lines are cut or filled with zeros to {@code length}. Computed in
 * double. ONNX DFT, since 17.
 *
 * <ul>
 *   <li>forward: {@code [.., length, .., 2]}; onesided, of real {@code x}: the first {@code length
 *       / 2 + 1} of them;
 *   <li>inverse, with {@code 1 / length}: {@code [.., length, .., 2]}; onesided, of the first half
 *       of a symmetric spectrum: the real signal {@code [.., length, .., 1]}.
 * </ul>
 *
 * @param axis axis to transform along, not the last
 * @param length length of the transform
 * @param inverse whether it is the inverse transform
 * @param onesided whether half a spectrum is wanted or given
 */
public record Dft(int axis, int length, boolean inverse, boolean onesided) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.floating(inputs, 0);
    int rank = x.shape().rank();
    Operands.axis("axis", axis, 0, rank - 1, x);
    if (x.shape().dim(-1) != 1 && x.shape().dim(-1) != 2) {
      throw Operands.bad("operand 0 is %s, expected 1 or 2 elements on the last axis", x);
    }
    if (length < 1 || length > 1 << 28) {
      throw Operands.bad("length is %d, expected 1 to %d", length, 1 << 28);
    }
    if (onesided && x.shape().dim(-1) != (inverse ? 2 : 1)) {
      throw Operands.bad(
          "operand 0 is %s, expected %d on the last axis for a onesided transform",
          x, inverse ? 2 : 1);
    }
    Shape y = x.shape().with(axis, onesided && !inverse ? length / 2 + 1 : length);
    return List.of(x.with(y.with(rank - 1, onesided && inverse ? 1 : 2)));
  }

  /** Elements of a line that are read. */
  private int given(Shape x) {
    return Math.min(x.dim(axis), onesided && inverse ? length / 2 + 1 : length);
  }

  /** Terms as large as the signal cancel: what should be 0 is its rounding error. */
  @Override
  public Numerics numerics() {
    return Numerics.LOOSE;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    int inner = x.shape().sizeOf(axis + 1, x.shape().rank() - 1);
    int parts = x.shape().dim(-1);
    double[] y = new double[type.shape().size()];
    for (int line = 0; line < x.shape().sizeOf(0, axis) * inner; line++) {
      double[] re = new double[length];
      double[] im = new double[length];
      for (int i = 0; i < given(x.shape()); i++) {
        int at = ((line / inner * x.shape().dim(axis) + i) * inner + line % inner) * parts;
        re[i] = x.doubleAt(at);
        im[i] = parts == 2 ? x.doubleAt(at + 1) : 0;
        if (onesided && inverse && i > 0) {
          re[length - i] = re[i];
          im[length - i] = length == 2 * i ? im[i] : -im[i];
        }
      }
      double[][] results = FourierLine.definition(re, im, inverse);
      int results1 = type.shape().dim(axis);
      for (int i = 0; i < results1; i++) {
        for (int p = 0; p < type.shape().dim(-1); p++) {
          int at = (line / inner * results1 + i) * inner + line % inner;
          y[at * type.shape().dim(-1) + p] = results[p][i];
        }
      }
    }
    return List.of(Tensor.fromDoubles(type, i -> y[i]));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape in = k.inputType(0).shape();
    Shape out = k.outputType(0).shape();
    int inner = in.sizeOf(axis + 1, in.rank() - 1);
    Stmt body =
        out.size() == 0
            ? Axes.nothing(k)
            : lines(k, FourierLine.of(k, length, inverse), inner, in, out);
    return k.build(
        "dft",
        "y"
            + k.outputType(0)
            + " = "
            + (inverse ? "inverse " : "")
            + "Fourier transform of x"
            + k.inputType(0)
            + " along axis "
            + axis
            + " with "
            + length
            + " elements",
        body);
  }

  private Stmt lines(KernelBuilder k, FourierLine line, int inner, Shape in, Shape out) {
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    return Axes.each(
        "o",
        in.sizeOf(0, axis),
        o ->
            Axes.each(
                "q",
                inner,
                q -> {
                  Expr from = add(mul(o, in.dim(axis) * inner), q);
                  Expr to = add(mul(o, out.dim(axis) * inner), q);
                  List<Stmt> body = new ArrayList<>();
                  body.add(line.clear());
                  body.addAll(puts(line, x, in, i -> add(from, mul(i, inner))));
                  body.add(line.transform());
                  body.add(results(k, line, y, out, i -> add(to, mul(i, inner))));
                  return block(body);
                }));
  }

  private interface Place {
    Expr of(Expr i);
  }

  private List<Stmt> puts(FourierLine line, Buffer x, Shape in, Place place) {
    int given = given(in);
    int parts = in.dim(-1);
    Stmt all =
        loop(
            "i",
            given,
            i -> line.put(i, part(x, place.of(i), parts, 0), part(x, place.of(i), parts, 1)));
    if (!onesided || !inverse) {
      return List.of(all);
    }
    Stmt mirrored =
        loop(
            "j",
            intLit(1),
            intLit(Math.min(given, (length + 1) / 2)),
            1,
            AxisKind.PARALLEL,
            j ->
                line.put(
                    sub(intLit(length), j),
                    part(x, place.of(j), parts, 0),
                    neg(part(x, place.of(j), parts, 1))));
    return List.of(all, mirrored);
  }

  private static Expr part(Buffer x, Expr place, int parts, int p) {
    return p < parts ? cast(LoopType.DOUBLE, load(x, add(mul(place, parts), p))) : doubleLit(0);
  }

  private Stmt results(KernelBuilder k, FourierLine line, Buffer y, Shape out, Place place) {
    LoopType type = LoopType.of(y.dtype());
    int parts = out.dim(-1);
    return loop(
        "f",
        out.dim(axis),
        f -> {
          Expr at = mul(place.of(f), parts);
          Stmt re = store(y, at, k.finish(cast(type, line.real(f)), at));
          Expr second = add(at, 1);
          return parts == 1
              ? re
              : block(re, store(y, second, k.finish(cast(type, line.imaginary(f)), second)));
        });
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
