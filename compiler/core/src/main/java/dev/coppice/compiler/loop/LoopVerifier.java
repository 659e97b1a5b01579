package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Buffer.Layout;
import dev.coppice.compiler.loop.Buffer.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of Loop IR beyond what its types hold:
 *
 * <ul>
 *   <li>buffers of a kernel have distinct names and are flat or planar; bare arrays are for
 *       functions;
 *   <li>every buffer used is a parameter, accessed as its layout says; weights and inputs are only
 *       read, arrays of one copy share a storage;
 *   <li>a constant index or row lies within the buffer;
 *   <li>a variable is declared before it is used, in a scope that is still open, and hides no
 *       other; loop variables and the index of a part are ints that are never assigned; parameters
 *       of functions are scalars;
 *   <li>operands have the types and lanes that the operator asks for; indices, rows, counts and
 *       bounds are scalar ints, conditions of statements scalar booleans; steps are positive;
 *   <li>a call of a function gives arrays and scalars of the parameters' number, types and layouts,
 *       and no array that the function writes is given twice; functions do not nest into
 *       themselves.
 * </ul>
 */
public final class LoopVerifier {
  private final String where;
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  private final Set<Var> scope = new LinkedHashSet<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<Var> fixed = new LinkedHashSet<>();
  private final Set<Function> verified;
  private final ExprVerifier expressions = new ExprVerifier(this);
  private final Statements statements = new Statements();

  private LoopVerifier(String where, Set<Function> verified) {
    this.where = where;
    this.verified = verified;
  }

  /**
   * Checks a kernel and the functions it invokes.
   *
   * @throws IllegalStateException naming the kernel or function and the rule that is broken
   */
  public static void verify(Kernel kernel) {
    LoopVerifier v = new LoopVerifier("kernel " + kernel.name(), new LinkedHashSet<>());
    for (Buffer b : kernel.buffers()) {
      v.check(b.layout() != Layout.ROW, "buffer %s is a bare array", b.name());
      v.parameter(b);
    }
    kernel.scalars().forEach(v::declareFixed);
    kernel.body().accept(v.statements);
  }

  private void verify(Function function) {
    if (!verified.add(function)) {
      return;
    }
    LoopVerifier v = new LoopVerifier("function " + function.name(), verified);
    function.arrays().forEach(v::parameter);
    for (Var s : function.scalars()) {
      v.check(!s.type().isVector(), "parameter %s is a vector", s.name());
      v.declare(s);
    }
    function.body().accept(v.statements);
  }

  private void parameter(Buffer b) {
    check(buffers.put(b.name(), b) == null, "two buffers are named %s", b.name());
  }

  void check(boolean holds, String rule, Object... arguments) {
    if (!holds) {
      throw new IllegalStateException(
          "compiler bug: " + where + ": " + String.format(java.util.Locale.ROOT, rule, arguments));
    }
  }

  /** Whether {@code v} is declared and its scope open. */
  boolean isDeclared(Var v) {
    return scope.contains(v);
  }

  private void declare(Var v) {
    check(names.add(v.name()), "variable %s hides another", v.name());
    scope.add(v);
  }

  private void declareFixed(Var v) {
    declare(v);
    fixed.add(v);
  }

  private void undeclare(Var v) {
    names.remove(v.name());
    scope.remove(v);
    fixed.remove(v);
  }

  private void type(Expr e, LoopType expected, String what) {
    LoopType actual = e.accept(expressions);
    check(actual.equals(expected), "%s is %s, expected %s", what, actual, expected);
  }

  private void integer(Expr e, String what) {
    type(e, LoopType.INT, what);
  }

  /** Checks that {@code a} can be addressed, for {@code lanes} elements from {@code index}. */
  void access(Array a, Expr index, long lanes) {
    operand(a);
    check(
        a instanceof Row || a.buffer().layout() != Layout.PLANAR,
        "planar buffer %s is indexed without a row",
        a.buffer().name());
    integer(index, "index of " + a.buffer().name());
    if (index instanceof Expr.Literal l) {
      boolean anyLength = a.buffer().layout() == Layout.ROW && a.buffer().length() == 0;
      check(
          l.bits() >= 0 && (anyLength || l.bits() + lanes <= a.buffer().length()),
          "index %d of %s, which has %d elements",
          l.bits(),
          a.buffer().name(),
          a.buffer().length());
    }
  }

  private void operand(Array a) {
    Buffer b = a.buffer();
    check(b.equals(buffers.get(b.name())), "buffer %s is not a parameter", b.name());
    if (a instanceof Row r) {
      integer(r.row(), "row of " + b.name());
      if (r.row() instanceof Expr.Literal l) {
        check(
            l.bits() >= 0 && l.bits() < b.rows(),
            "row %d of %s, which has %d rows",
            l.bits(),
            b.name(),
            b.rows());
      }
    }
  }

  private void writable(Array a) {
    Role role = a.buffer().role();
    check(
        role == Role.OUTPUT || role == Role.SCRATCH,
        "%s buffer %s is written",
        role,
        a.buffer().name());
  }

  private final class Statements implements Stmt.Visitor<Boolean> {
    @Override
    public Boolean visit(Stmt.Block s) {
      List<Var> declared = new ArrayList<>();
      for (Stmt child : s.body()) {
        child.accept(this);
        if (child instanceof Stmt.Local l) {
          declared.add(l.var());
        }
      }
      declared.forEach(LoopVerifier.this::undeclare);
      return true;
    }

    @Override
    public Boolean visit(Stmt.For s) {
      integer(s.from(), "start of loop " + s.var().name());
      integer(s.to(), "end of loop " + s.var().name());
      check(s.step() > 0, "step %d of loop %s", s.step(), s.var().name());
      check(
          s.var().type().equals(LoopType.INT),
          "loop variable %s is %s",
          s.var().name(),
          s.var().type());
      declareFixed(s.var());
      within(s.body());
      undeclare(s.var());
      return true;
    }

    /** A declaration that is the whole body of a loop or a branch ends with it. */
    private void within(Stmt body) {
      body.accept(this);
      if (body instanceof Stmt.Local l) {
        undeclare(l.var());
      }
    }

    @Override
    public Boolean visit(Stmt.Local s) {
      type(s.value(), s.var().type(), "value of " + s.var().name());
      declare(s.var());
      return true;
    }

    @Override
    public Boolean visit(Stmt.Assign s) {
      check(scope.contains(s.var()), "variable %s is not declared here", s.var().name());
      check(!fixed.contains(s.var()), "loop variable %s is assigned", s.var().name());
      type(s.value(), s.var().type(), "value of " + s.var().name());
      return true;
    }

    @Override
    public Boolean visit(Stmt.Store s) {
      LoopType value = s.value().accept(expressions);
      access(s.array(), s.index(), value.lanes());
      writable(s.array());
      LoopType element = LoopType.of(s.array().dtype());
      check(
          value.lane().equals(element),
          "%s is stored into %s of %s",
          value,
          s.array().buffer().name(),
          element);
      return true;
    }

    @Override
    public Boolean visit(Stmt.Copy s) {
      access(s.from(), s.fromIndex(), 0);
      access(s.to(), s.toIndex(), 0);
      writable(s.to());
      integer(s.count(), "count of a copy");
      check(
          s.from().dtype().storage() == s.to().dtype().storage(),
          "copy from %s of %s to %s of %s",
          s.from().buffer().name(),
          s.from().dtype(),
          s.to().buffer().name(),
          s.to().dtype());
      return true;
    }

    @Override
    public Boolean visit(Stmt.Fill s) {
      access(s.array(), s.index(), 0);
      writable(s.array());
      integer(s.count(), "count of a fill");
      type(
          s.value(),
          LoopType.of(s.array().dtype()),
          "value of a fill of " + s.array().buffer().name());
      return true;
    }

    @Override
    public Boolean visit(Stmt.If s) {
      type(s.condition(), LoopType.BOOLEAN, "condition");
      within(s.then());
      s.otherwise().ifPresent(this::within);
      return true;
    }

    @Override
    public Boolean visit(Stmt.Invoke s) {
      Function f = s.function();
      verify(f);
      check(
          s.arrays().size() == f.arrays().size() && s.scalars().size() == f.scalars().size(),
          "%s takes %d arrays and %d scalars, given %d and %d",
          f.name(),
          f.arrays().size(),
          f.scalars().size(),
          s.arrays().size(),
          s.scalars().size());
      for (int i = 0; i < s.arrays().size(); i++) {
        argument(f, f.arrays().get(i), s.arrays().get(i), s.arrays());
      }
      for (int i = 0; i < s.scalars().size(); i++) {
        Var p = f.scalars().get(i);
        type(s.scalars().get(i), p.type(), p.name() + " of " + f.name());
      }
      return true;
    }

    private void argument(Function f, Buffer parameter, Array given, List<Array> all) {
      operand(given);
      Buffer b = given.buffer();
      boolean bare = given instanceof Row || b.layout() == Layout.ROW;
      boolean fits =
          switch (parameter.layout()) {
            case ROW -> bare;
            case FLAT -> bare || b.layout() == Layout.FLAT;
            case PLANAR -> !bare && b.layout() == Layout.PLANAR && parameter.rows() <= b.rows();
          };
      boolean anyLength = b.layout() == Layout.ROW && b.length() == 0;
      check(
          fits
              && parameter.dtype() == given.dtype()
              && (anyLength || parameter.length() <= b.length()),
          "%s of %s is %s, given %s",
          parameter.name(),
          f.name(),
          describe(parameter),
          describe(b));
      if (parameter.role() == Role.OUTPUT || parameter.role() == Role.SCRATCH) {
        writable(given);
        check(
            all.stream().filter(given::equals).count() == 1,
            "%s, which %s writes, is given twice",
            b.name(),
            f.name());
      }
    }

    private String describe(Buffer b) {
      return b.dtype()
          + " "
          + b.layout()
          + " of "
          + (b.rows() > 1 ? b.rows() + " x " : "")
          + b.length();
    }

    @Override
    public Boolean visit(Stmt.Comment s) {
      return true;
    }
  }
}
