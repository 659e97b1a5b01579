package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.AffineIndex.Bound;
import dev.coppice.compiler.loop.AffineIndex.Symbol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of the ints in a kernel or function: loop variables run from their start in steps,
 * declared variables that are never assigned are their values, and of what no sum of these
 * expresses, bounds are known.
 */
final class IndexScope {
  /**
   * What tells the iterations of a loop: {@code symbol}, which is {@code step} more in each than in
   * the one before, but for the last if {@link #isShorterAtLast}.
   *
   * @param loop how often the loop ran before; the same as {@code symbol} if the step is 1
   */
  record Steps(Symbol loop, Symbol symbol, long step) {
    /** Whether the last step is shorter. */
    boolean isShorterAtLast() {
      return step > 1;
    }
  }

  /** Symbols made so far, in all scopes of a kernel. */
  private static final class Symbols {
    private final Map<Symbol, List<Steps>> loops = new LinkedHashMap<>();
    private int count;

    Symbol of(long least, long most, List<Bound> bounds) {
      return new Symbol(count++, least, most, bounds);
    }
  }

  private final Symbols symbols;
  private final int lanes;
  private final Set<Var> assigned = new LinkedHashSet<>();
  private final Map<Var, AffineIndex> values = new LinkedHashMap<>();

  private IndexScope(Symbols symbols, int lanes, Stmt body) {
    this.symbols = symbols;
    this.lanes = lanes;
    LoopTree.statements(
        body,
        s -> {
          if (s instanceof Stmt.Assign a) {
            assigned.add(a.var());
          }
        });
  }

  /** The scope of a kernel on machines whose registers have so many lanes. */
  static IndexScope of(Stmt body, int lanes) {
    return new IndexScope(new Symbols(), lanes, body);
  }

  /** The scope of a function that is invoked from here. */
  IndexScope within(Stmt.Invoke call) {
    IndexScope inner = new IndexScope(symbols, lanes, call.function().body());
    for (int i = 0; i < call.scalars().size(); i++) {
      Expr value = call.scalars().get(i);
      if (value.type().equals(LoopType.INT)) {
        inner.set(call.function().scalars().get(i), of(value));
      }
    }
    return inner;
  }

  /** A number in {@code [0, count)}. */
  Symbol below(AffineIndex count) {
    AffineIndex most = count.plus(-1);
    return symbols.of(0, Math.max(0, most.most()), List.of(new Bound(1, most)));
  }

  /** Sets a variable that is declared, if it is an int. */
  void declare(Stmt.Local s) {
    if (s.var().type().equals(LoopType.INT)) {
      set(s.var(), of(s.value()));
    }
  }

  private void set(Var var, AffineIndex value) {
    values.put(var, value);
  }

  /** Sets the variable of a loop; returns how often the loop ran before. */
  Symbol enter(Stmt.For loop) {
    AffineIndex from = of(loop.from());
    List<Bound> bounds = new ArrayList<>();
    for (AffineIndex to : alternatives(loop.to())) {
      bounds.add(new Bound(loop.step(), to.plus(-1).minus(from)));
    }
    long most = of(loop.to()).plus(-1).minus(from).most();
    Symbol before = symbols.of(0, Math.max(0, Math.floorDiv(most, (long) loop.step())), bounds);
    set(loop.var(), AffineIndex.of(before).times(loop.step()).plus(from));
    symbols.loops.put(before, new ArrayList<>());
    return before;
  }

  /** What tells the iterations of a loop that {@link #enter} returned: how often it ran, first. */
  List<Steps> steps(Symbol loop) {
    List<Steps> all = new ArrayList<>(List.of(new Steps(loop, loop, 1)));
    all.addAll(symbols.loops.getOrDefault(loop, List.of()));
    return all;
  }

  /** Lanes of a value of this type. */
  int lanes(LoopType type) {
    return type.isRegister() ? lanes : type.lanes();
  }

  /** Statements in {@code s} of which it is not known that they do not run. */
  List<Stmt> children(Stmt s) {
    if (s instanceof Stmt.If i
        && i.condition() instanceof Expr.Binary b
        && b.op() == Expr.BinaryOp.EQ
        && b.a().type().equals(LoopType.INT)) {
      AffineIndex difference = of(b.a()).minus(of(b.b()));
      if (difference.isConstant()) {
        return difference.constant() == 0 ? List.of(i.then()) : otherwise(i);
      }
    }
    return LoopTree.children(s);
  }

  private static List<Stmt> otherwise(Stmt.If s) {
    return s.otherwise().map(List::of).orElse(List.of());
  }

  /** The value of an int. */
  AffineIndex of(Expr e) {
    if (e instanceof Expr.Literal l) {
      return AffineIndex.of(l.bits());
    }
    if (e instanceof Expr.Ref r) {
      AffineIndex value = values.get(r.var());
      return value == null || assigned.contains(r.var()) ? unknown() : value;
    }
    if (e instanceof Expr.Lanes) {
      return AffineIndex.of(lanes);
    }
    if (e instanceof Expr.Select s) {
      AffineIndex x = of(s.a());
      AffineIndex y = of(s.b());
      return between(Math.min(x.least(), y.least()), Math.max(x.most(), y.most()));
    }
    return e instanceof Expr.Binary b ? of(b) : unknown();
  }

  private AffineIndex of(Expr.Binary b) {
    AffineIndex x = of(b.a());
    AffineIndex y = of(b.b());
    return switch (b.op()) {
      case ADD -> x.plus(y);
      case SUB -> x.minus(y);
      case MUL ->
          y.isConstant()
              ? x.times(y.constant())
              : x.isConstant() ? y.times(x.constant()) : unknown();
      case DIV -> y.isConstant() && y.constant() > 0 ? quotient(x, y.constant()) : unknown();
      case REM -> y.isConstant() && y.constant() > 0 ? remainder(x, y.constant()) : unknown();
      case MIN -> least(x, y);
      case MAX -> between(Math.max(x.least(), y.least()), Math.max(x.most(), y.most()));
      default -> unknown();
    };
  }

  private AffineIndex least(AffineIndex x, AffineIndex y) {
    return y.isConstant() && x.terms().size() == 1
        ? least(x, x.terms().keySet().iterator().next(), y.constant())
        : either(x, y);
  }

  /**
   * The smaller of {@code most} and steps of a loop, of which the last but one is less: what tells
   * its iterations, too.
   */
  private AffineIndex least(AffineIndex x, Symbol loop, long most) {
    long step = x.factor(loop);
    long last = AffineIndex.sum(most, -x.constant());
    List<Steps> known = symbols.loops.get(loop);
    if (known == null || loop.most() < 1 || step < 2 || last <= (loop.most() - 1) * step) {
      return either(x, AffineIndex.of(most));
    }
    if (last >= loop.most() * step) {
      return x;
    }
    for (Steps s : known) {
      if (s.step() == step && s.symbol().most() == last) {
        return AffineIndex.of(s.symbol()).plus(x.constant());
      }
    }
    Bound inSteps = new Bound(1, AffineIndex.of(loop).times(step));
    Symbol place = symbols.of(0, last, List.of(inSteps));
    known.add(new Steps(loop, place, step));
    return AffineIndex.of(place).plus(x.constant());
  }

  private AffineIndex either(AffineIndex x, AffineIndex y) {
    return AffineIndex.of(
        symbols.of(
            Math.min(x.least(), y.least()),
            Math.min(x.most(), y.most()),
            List.of(new Bound(1, x), new Bound(1, y))));
  }

  /** What {@code e} is at most: both operands of a minimum, else itself. */
  private List<AffineIndex> alternatives(Expr e) {
    return e instanceof Expr.Binary b && b.op() == Expr.BinaryOp.MIN
        ? List.of(of(b.a()), of(b.b()))
        : List.of(of(e));
  }

  private AffineIndex quotient(AffineIndex x, long by) {
    AffineIndex.Digits d = x.digits(by);
    if (d.high().least() >= 0 && d.low().least() >= 0 && d.low().most() < by) {
      return d.high();
    }
    return x.least() >= 0 ? between(x.least() / by, x.most() / by) : unknown();
  }

  private AffineIndex remainder(AffineIndex x, long by) {
    AffineIndex.Digits d = x.digits(by);
    if (d.high().least() >= 0 && d.low().least() >= 0 && d.low().most() < by) {
      return d.low();
    }
    return x.least() >= 0 ? between(0, Math.min(by - 1, x.most())) : unknown();
  }

  private AffineIndex between(long least, long most) {
    return AffineIndex.of(symbols.of(least, most, List.of()));
  }

  /** Any int. */
  AffineIndex unknown() {
    return between(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
