package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.RegisterFunctions.Names;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A loop over elements at one common index as one over registers: of stores of floats whose values
 * are arithmetic and elementary functions of floats loaded at that index, and of what is the same
 * for all. HotSpot vectorises none that calls a function.
 */
final class VectorLoop {
  /**
   * Most elements of a loop of plain arithmetic. HotSpot vectorises such loops by itself, but walks
   * the first and the last dozens of elements one by one.
   */
  private static final int MOST_PLAIN = 1024;

  private final Stmt.For loop;
  private final Map<Var, Var> own = new LinkedHashMap<>();
  private boolean calls;

  private VectorLoop(Stmt.For loop) {
    this.loop = loop;
  }

  /**
   * The loop over registers and one over the elements that are left; empty if the loop has too few
   * elements, does what registers cannot, or is long and plain.
   */
  static Optional<Stmt> inRegisters(Stmt.For loop, Names names) {
    boolean known = loop.from() instanceof Expr.Literal && loop.to() instanceof Expr.Literal;
    long count = known ? ((Expr.Literal) count(loop)).bits() : Long.MAX_VALUE;
    if (loop.kind() != Stmt.AxisKind.VECTOR || loop.step() != 1 || count < LoopType.MOST_LANES) {
      return Optional.empty();
    }
    VectorLoop wide = new VectorLoop(loop);
    List<Stmt> body = new ArrayList<>();
    boolean possible = wide.add(loop.body(), body);
    return possible && (wide.calls || count <= MOST_PLAIN)
        ? Optional.of(wide.loops(body, names))
        : Optional.empty();
  }

  private static Expr count(Stmt.For loop) {
    return Exprs.sub(loop.to(), loop.from());
  }

  private Stmt loops(List<Stmt> body, Names names) {
    Expr count = count(loop);
    Expr tiles = Exprs.div(count, Exprs.lanes());
    Var tile = new Var(names.fresh("tile"), LoopType.INT);
    List<Stmt> wide = new ArrayList<>();
    Expr first = Exprs.mul(Exprs.ref(tile), Exprs.lanes());
    wide.add(Stmts.local(loop.var(), Exprs.add(loop.from(), first)));
    wide.addAll(body);
    Stmt registers =
        new Stmt.For(tile, Exprs.intLit(0), tiles, 1, Stmt.AxisKind.PARALLEL, new Stmt.Block(wide));
    if (count instanceof Expr.Literal l && l.bits() % LoopType.MOST_LANES == 0) {
      return registers;
    }
    Expr rest = Exprs.add(loop.from(), Exprs.mul(tiles, Exprs.lanes()));
    return new Stmt.Block(
        List.of(registers, new Stmt.For(loop.var(), rest, loop.to(), 1, loop.kind(), loop.body())));
  }

  /** Adds {@code s} on registers to {@code out}; false if there is no such thing. */
  private boolean add(Stmt s, List<Stmt> out) {
    if (s instanceof Stmt.Block b) {
      return b.body().stream().allMatch(child -> add(child, out));
    }
    if (s instanceof Stmt.Local l && l.var().type().equals(LoopType.FLOAT)) {
      Expr value = register(l.value());
      if (value == null) {
        return false;
      }
      Var wide = new Var(l.var().name(), LoopType.FLOAT.times(LoopType.REGISTER));
      own.put(l.var(), wide);
      out.add(Stmts.local(wide, value));
      return true;
    }
    if (s instanceof Stmt.Store t && walks(t.array(), t.index())) {
      Expr value = register(t.value());
      if (value != null) {
        out.add(Stmts.store(t.array(), t.index(), value));
      }
      return value != null;
    }
    return s instanceof Stmt.Comment;
  }

  private @Nullable Expr register(Expr e) {
    return RegisterForm.of(e, this::known);
  }

  private @Nullable Expr known(Expr e) {
    calls |= e instanceof Expr.Call c && RegisterFunctions.has(c.function()) && !isFixed(c);
    if (!e.type().equals(LoopType.FLOAT)) {
      return null;
    }
    if (isFixed(e)) {
      return Exprs.broadcast(e, LoopType.REGISTER);
    }
    if (e instanceof Expr.Ref r) {
      return Exprs.ref(Objects.requireNonNull(own.get(r.var())));
    }
    return e instanceof Expr.Load l && walks(l.array(), l.index())
        ? Exprs.loadRegister(l.array(), l.index())
        : null;
  }

  /** Whether {@code index} into an array of floats goes up by 1 with the loop. */
  private boolean walks(Array array, Expr index) {
    boolean oneArray = !(array instanceof Row r) || isFixed(r.row());
    return oneArray && array.dtype() == DType.FLOAT32 && slope(index).equals(OptionalInt.of(1));
  }

  /** By how much {@code e} goes up with the loop, if by a constant. */
  private OptionalInt slope(Expr e) {
    if (e instanceof Expr.Ref r && r.var().equals(loop.var())) {
      return OptionalInt.of(1);
    }
    if (isFixed(e)) {
      return OptionalInt.of(0);
    }
    if (!(e instanceof Expr.Binary b)) {
      return OptionalInt.empty();
    }
    OptionalInt x = slope(b.a());
    OptionalInt y = slope(b.b());
    if (x.isEmpty() || y.isEmpty()) {
      return OptionalInt.empty();
    }
    return switch (b.op()) {
      case ADD -> OptionalInt.of(x.getAsInt() + y.getAsInt());
      case SUB -> OptionalInt.of(x.getAsInt() - y.getAsInt());
      default -> OptionalInt.empty();
    };
  }

  /** Whether {@code e} is the same for all elements of the loop. */
  private boolean isFixed(Expr e) {
    boolean[] fixed = {true};
    LoopTree.walk(
        e,
        x ->
            fixed[0] &=
                !(x instanceof Expr.Ref r
                    && (r.var().equals(loop.var()) || own.containsKey(r.var()))));
    return fixed[0];
  }
}
