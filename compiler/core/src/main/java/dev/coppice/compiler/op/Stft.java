package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.doubleLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
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
import java.util.List;
import java.util.Optional;

/**
 * The short-time Fourier transform: {@code x: [N, L, 1 or 2]} and optionally {@code window:
 * [frameLength]}, floats of one type, to {@code [N, frames, bins, 2]}, the transforms of all frames
 * times the window. {@code frames = (L - frameLength) / frameStep + 1}; {@code bins} is {@code
 * frameLength}, or half of it and one more. Computed in double. ONNX STFT, since 17.
 *
 * @param frameStep distance of frames
 * @param frameLength elements of a frame
 * @param onesided whether the first half of the spectrum is enough; only for real {@code x}
 */
public record Stft(int frameStep, int frameLength, boolean onesided) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 1, 2);
    Operands.floating(inputs, 0);
    TensorType x = inputs.get(0);
    Shape s = x.shape();
    if (s.rank() != 3 || s.dim(2) < 1 || s.dim(2) > (onesided ? 1 : 2)) {
      throw Operands.bad(
          "operand 0 is %s, expected %s",
          x, onesided ? "[N, L, 1] for half a spectrum" : "[N, L, 1 or 2]");
    }
    if (inputs.size() > 1) {
      Operands.sameDtype(inputs, 1);
      Operands.shape(inputs, 1, Shape.of(frameLength));
    }
    if (frameStep < 1 || frameLength < 1 || frameLength > s.dim(1)) {
      throw Operands.bad(
          "frame step %d and length %d, expected at least 1 and at most the length of operand %s",
          frameStep, frameLength, x);
    }
    int frames = (s.dim(1) - frameLength) / frameStep + 1;
    return List.of(x.with(Shape.of(s.dim(0), frames, bins(), 2)));
  }

  private int bins() {
    return onesided ? frameLength / 2 + 1 : frameLength;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(inputs.stream().map(Tensor::type).toList()).get(0);
    int frames = type.shape().dim(1);
    int parts = x.shape().dim(2);
    double[] y = new double[type.shape().size()];
    for (int f = 0; f < x.shape().dim(0) * frames; f++) {
      double[] re = new double[frameLength];
      double[] im = new double[frameLength];
      int from = f / frames * x.shape().dim(1) + f % frames * frameStep;
      for (int i = 0; i < frameLength; i++) {
        double w = inputs.size() > 1 ? inputs.get(1).doubleAt(i) : 1;
        re[i] = w * x.doubleAt((from + i) * parts);
        im[i] = parts == 2 ? w * x.doubleAt((from + i) * parts + 1) : 0;
      }
      double[][] results = FourierLine.definition(re, im, false);
      for (int i = 0; i < 2 * bins(); i++) {
        y[f * 2 * bins() + i] = results[i % 2][i / 2];
      }
    }
    return List.of(Tensor.fromDoubles(type, i -> y[i]));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape out = k.outputType(0).shape();
    Stmt body = out.size() == 0 ? Axes.nothing(k) : frames(k, out);
    return k.build(
        "stft",
        "y"
            + k.outputType(0)
            + " = Fourier transforms of frames of x"
            + k.inputType(0)
            + ", "
            + frameLength
            + " long, "
            + frameStep
            + " apart",
        body);
  }

  private Stmt frames(KernelBuilder k, Shape out) {
    Shape in = k.inputType(0).shape();
    Buffer x = k.input(0, "x");
    Optional<Buffer> window = k.inputs() > 1 ? Optional.of(k.input(1, "window")) : Optional.empty();
    Buffer y = k.output(0, "y");
    FourierLine line = FourierLine.of(k, frameLength, false);
    Var from = new Var("from", LoopType.INT);
    Var to = new Var("to", LoopType.INT);
    int frames = out.dim(1);
    return Axes.each(
        "n",
        in.dim(0),
        n ->
            loop(
                "t",
                frames,
                t ->
                    new Stmt.Block(
                        List.of(
                            local(from, add(mul(n, in.dim(1)), mul(t, frameStep))),
                            local(to, mul(add(mul(n, frames), t), 2 * bins())),
                            line.clear(),
                            loop("i", frameLength, i -> put(line, x, in, window, ref(from), i)),
                            line.transform(),
                            loop("f", bins(), f -> result(k, line, y, ref(to), f))))));
  }

  private static Stmt put(
      FourierLine line, Buffer x, Shape in, Optional<Buffer> window, Expr from, Expr i) {
    int parts = in.dim(2);
    Expr at = mul(add(from, i), parts);
    return line.put(
        i,
        windowed(window, x, at, i),
        parts == 2 ? windowed(window, x, add(at, 1), i) : doubleLit(0));
  }

  private static Expr windowed(Optional<Buffer> window, Buffer x, Expr at, Expr i) {
    Expr value = cast(LoopType.DOUBLE, load(x, at));
    return window.map(w -> mul(value, cast(LoopType.DOUBLE, load(w, i)))).orElse(value);
  }

  private static Stmt result(KernelBuilder k, FourierLine line, Buffer y, Expr to, Expr f) {
    LoopType type = LoopType.of(y.dtype());
    Expr at = add(to, mul(f, 2));
    Expr second = add(at, 1);
    return new Stmt.Block(
        List.of(
            store(y, at, k.finish(cast(type, line.real(f)), at)),
            store(y, second, k.finish(cast(type, line.imaginary(f)), second))));
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
