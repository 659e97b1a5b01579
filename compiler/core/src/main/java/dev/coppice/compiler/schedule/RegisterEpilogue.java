package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The epilogue of a kernel on whole registers of sums. Its residuals are read where the result is
 * stored, its channel constants at the channel.
 */
final class RegisterEpilogue {
  private final KernelBuilder k;
  private final List<Buffer> residuals;
  private final List<Buffer> constants;

  private RegisterEpilogue(KernelBuilder k) {
    this.k = k;
    this.residuals = parameters("residual", k.residuals());
    this.constants = parameters("each", k.channelConstants());
  }

  private static List<Buffer> parameters(String name, List<Buffer> arguments) {
    return IntStream.range(0, arguments.size())
        .mapToObj(i -> Buffer.flat(name + i, DType.FLOAT32, Buffer.Role.INPUT, 0))
        .toList();
  }

  /** The epilogue, for a function that the kernel calls. */
  static RegisterEpilogue of(KernelBuilder k) {
    return new RegisterEpilogue(k);
  }

  /** Whether every operation of the epilogue is one on registers. */
  static boolean applies(KernelBuilder k) {
    if (!k.hasEpilogue()) {
      return true;
    }
    boolean floats =
        k.residuals().stream().allMatch(b -> b.dtype() == DType.FLOAT32)
            && k.channelConstants().stream().allMatch(b -> b.dtype() == DType.FLOAT32);
    return floats
        && of(k)
                .value(
                    Exprs.floatLit(0),
                    Exprs.intLit(0),
                    Exprs.intLit(0),
                    new SharedRegisters("shared"))
            != null;
  }

  /** What the function has for parameters beyond its own. */
  List<Buffer> parameters() {
    return IntStream.range(0, residuals.size() + constants.size())
        .mapToObj(
            i -> i < residuals.size() ? residuals.get(i) : constants.get(i - residuals.size()))
        .toList();
  }

  /** What the kernel passes for them. */
  List<Buffer> arguments() {
    List<Buffer> all = new ArrayList<>(k.residuals());
    all.addAll(k.channelConstants());
    return all;
  }

  /**
   * What to store at {@code at} for a register {@code sum} of channels from {@code channel} on;
   * constants go to {@code shared}.
   */
  Expr apply(Expr sum, Expr at, Expr channel, SharedRegisters shared) {
    return k.hasEpilogue() ? Objects.requireNonNull(value(sum, at, channel, shared)) : sum;
  }

  private @Nullable Expr value(Expr sum, Expr at, Expr channel, SharedRegisters shared) {
    Var place = new Var("sum", LoopType.FLOAT);
    Expr scalar =
        k.finish(
            Exprs.ref(place),
            residuals.stream().map(r -> Exprs.load(r, at)).toList(),
            constants.stream().map(c -> Exprs.load(c, channel)).toList());
    return register(scalar, place, sum, shared);
  }

  /** The same on registers, with {@code sum} for {@code place}; null if there is no such thing. */
  private @Nullable Expr register(Expr e, Var place, Expr sum, SharedRegisters shared) {
    if (e instanceof Expr.Ref r && r.var().equals(place)) {
      return sum;
    }
    if (e instanceof Expr.Literal l && l.type().equals(LoopType.FLOAT)) {
      return shared.of(Exprs.broadcast(l, LoopType.REGISTER));
    }
    if (e instanceof Expr.Load l) {
      Expr load = Exprs.loadRegister(l.array(), l.index());
      return constants.contains(l.array().buffer()) ? shared.of(load) : load;
    }
    if (e instanceof Expr.Binary b && isArithmetic(b.op())) {
      Expr x = register(b.a(), place, sum, shared);
      Expr y = register(b.b(), place, sum, shared);
      return x == null || y == null ? null : Exprs.binary(b.op(), x, y);
    }
    if (e instanceof Expr.Call c && c.function() == Intrinsic.MUL_ADD) {
      List<@Nullable Expr> all =
          c.arguments().stream().<@Nullable Expr>map(a -> register(a, place, sum, shared)).toList();
      return all.contains(null) ? null : Exprs.call(c.function(), all.toArray(Expr[]::new));
    }
    return null;
  }

  private static boolean isArithmetic(Expr.BinaryOp op) {
    return switch (op) {
      case ADD, SUB, MUL, DIV, MIN, MAX -> true;
      default -> false;
    };
  }
}
