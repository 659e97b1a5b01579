package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.SharedRegisters;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The epilogue of a kernel on whole registers of sums, which are of neighbouring channels or of
 * neighbouring places of a channel. Its residuals are read where the result is stored, its channel
 * constants at the channel.
 */
final class RegisterEpilogue {
  private final KernelBuilder k;
  private final List<Buffer> residuals;
  private final List<Buffer> constants;
  private final boolean places;

  private RegisterEpilogue(KernelBuilder k, boolean places) {
    this.k = k;
    this.places = places;
    this.residuals = parameters("residual", k.residuals());
    this.constants = parameters("each", k.channelConstants());
  }

  private static List<Buffer> parameters(String name, List<Buffer> arguments) {
    return IntStream.range(0, arguments.size())
        .mapToObj(i -> Buffer.flat(name + i, DType.FLOAT32, Buffer.Role.INPUT, 0))
        .toList();
  }

  /** The epilogue on registers of channels, for a function that the kernel calls. */
  static RegisterEpilogue of(KernelBuilder k) {
    return new RegisterEpilogue(k, false);
  }

  /** The epilogue on registers of places of one channel, for a function that the kernel calls. */
  static RegisterEpilogue ofPlaces(KernelBuilder k) {
    return new RegisterEpilogue(k, true);
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
                    new SharedRegisters("shared"),
                    new ArrayList<>())
            != null;
  }

  /** Operations on registers that it takes for each of sums, the store included. */
  int operations() {
    int[] count = {0};
    Stmt finish =
        store(
            this,
            Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0),
            Exprs.intLit(0),
            Exprs.ref(new Var("sum", LoopType.FLOAT.times(LoopType.REGISTER))),
            Exprs.intLit(0),
            new SharedRegisters("shared"));
    LoopTree.expressions(
        finish,
        e -> {
          boolean register = e.type().lanes() != 1;
          count[0] += register && !(e instanceof Expr.Ref) ? 1 : 0;
        });
    return count[0] + 1;
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
   * Stores at {@code at} of {@code y} what {@code epilogue}, if there is one, makes of a register
   * {@code sum} of channels from {@code channel} on, or of places of that channel; constants go to
   * {@code shared}.
   */
  static Stmt store(
      @Nullable RegisterEpilogue epilogue,
      Buffer y,
      Expr at,
      Expr sum,
      Expr channel,
      SharedRegisters shared) {
    if (epilogue == null || !epilogue.k.hasEpilogue()) {
      return Stmts.store(y, at, sum);
    }
    List<Stmt> body = new ArrayList<>();
    Expr value = Objects.requireNonNull(epilogue.value(sum, at, channel, shared, body));
    body.add(Stmts.store(y, at, value));
    return Stmts.block(body);
  }

  private @Nullable Expr value(
      Expr sum, Expr at, Expr channel, SharedRegisters shared, List<Stmt> body) {
    Var place = new Var("sum", LoopType.FLOAT);
    Expr scalar =
        k.finish(
            Exprs.ref(place),
            residuals.stream().map(r -> Exprs.load(r, at)).toList(),
            constants.stream().map(c -> Exprs.load(c, channel)).toList());
    return new EpilogueRegisters(e -> leaf(e, place, sum, shared), shared, body).of(scalar);
  }

  /** The register for the sum or a load; null for anything else. */
  private @Nullable Expr leaf(Expr e, Var place, Expr sum, SharedRegisters shared) {
    if (e instanceof Expr.Ref r && r.var().equals(place)) {
      return sum;
    }
    if (!(e instanceof Expr.Load l)) {
      return null;
    }
    boolean constant = constants.contains(l.array().buffer());
    Expr load =
        constant && places
            ? Exprs.broadcast(l, LoopType.REGISTER)
            : Exprs.loadRegister(l.array(), l.index());
    return constant ? shared.of(load) : load;
  }
}
