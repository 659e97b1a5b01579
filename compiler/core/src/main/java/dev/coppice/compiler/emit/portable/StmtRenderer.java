package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.emit.java.JavaNames;
import dev.coppice.compiler.emit.java.RuntimeTypes;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Row;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Renders the body of one method. A vector variable is one local variable per lane, a vector
 * statement one statement per lane.
 */
final class StmtRenderer implements Stmt.Visitor<Void> {
  private final MethodNames names;
  private final java.util.function.Function<Function, String> calls;
  private final ExprRenderer scalar;
  private final RegisterRenderer registers;
  private final StringBuilder out = new StringBuilder();
  private int depth;

  /**
   * @param calls how the method names a function
   */
  StmtRenderer(MethodNames names, java.util.function.Function<Function, String> calls) {
    this.names = names;
    this.calls = calls;
    this.scalar = new ExprRenderer(names, 0);
    this.registers = new RegisterRenderer(names, scalar);
  }

  /** The body as lines of text. */
  String render(Stmt body) {
    if (body instanceof Stmt.Block b) {
      b.body().forEach(s -> s.accept(this));
    } else {
      body.accept(this);
    }
    return out.toString();
  }

  private void line(String text) {
    out.append("  ".repeat(depth)).append(text).append('\n');
  }

  private void body(Stmt s) {
    depth++;
    if (s instanceof Stmt.Block b) {
      b.body().forEach(t -> t.accept(this));
    } else {
      s.accept(this);
    }
    depth--;
  }

  private ExprRenderer lane(int lane) {
    return lane == 0 ? scalar : new ExprRenderer(names, lane);
  }

  private String text(Expr e) {
    return scalar.text(e);
  }

  @Override
  public Void visit(Stmt.Block s) {
    line("{");
    body(s);
    line("}");
    return null;
  }

  @Override
  public Void visit(Stmt.For s) {
    List<Row> rows = RowHoisting.rows(s, names);
    for (Row row : rows) {
      String array = scalar.array(row);
      line("final " + javaType(row.dtype()) + "[] " + names.hoist(row) + " = " + array + ";");
    }
    String i = names.variable(s.var(), 0);
    String start = "int " + i + " = " + text(s.from());
    String end = text(s.to());
    if (!isStable(s)) {
      String bound = names.fresh(i + "End");
      start += ", " + bound + " = " + end;
      end = bound;
    }
    line(
        "for ("
            + start
            + "; "
            + i
            + " < "
            + end
            + "; "
            + (s.step() == 1 ? i + "++" : i + " += " + s.step())
            + ") {");
    body(s.body());
    line("}");
    rows.forEach(names::release);
    return null;
  }

  /** Whether the bound is a constant or a variable that the loop leaves alone. */
  private static boolean isStable(Stmt.For s) {
    if (!(s.to() instanceof Expr.Ref r)) {
      return s.to() instanceof Expr.Literal;
    }
    boolean[] stable = {true};
    LoopTree.statements(
        s.body(), t -> stable[0] &= !(t instanceof Stmt.Assign a && a.var().equals(r.var())));
    return stable[0];
  }

  @Override
  public Void visit(Stmt.Local s) {
    if (s.var().type().isRegister()) {
      line(
          RuntimeTypes.FLOAT_VECTOR
              + " "
              + names.variable(s.var(), 0)
              + " = "
              + registers.text(s.value())
              + ";");
      return null;
    }
    String type = ExprRenderer.javaType(s.var().type()) + " ";
    for (int i = 0; i < s.var().type().lanes(); i++) {
      line(type + names.variable(s.var(), i) + " = " + lane(i).text(s.value()) + ";");
    }
    return null;
  }

  @Override
  public Void visit(Stmt.Assign s) {
    if (s.var().type().isRegister()) {
      line(names.variable(s.var(), 0) + " = " + registers.text(s.value()) + ";");
      return null;
    }
    int lanes = s.var().type().lanes();
    if (lanes > 1 && VectorHazards.inAssignment(s)) {
      List<String> values = temporaries(s.value());
      for (int i = 0; i < lanes; i++) {
        line(names.variable(s.var(), i) + " = " + values.get(i) + ";");
      }
      return null;
    }
    Optional<Expr> added = addend(s.value(), new Expr.Ref(s.var()));
    for (int i = 0; i < lanes; i++) {
      String sign = added.isPresent() ? " += " : " = ";
      line(names.variable(s.var(), i) + sign + lane(i).text(added.orElse(s.value())) + ";");
    }
    return null;
  }

  /** What is added if {@code value} is {@code target + addend}. */
  private static Optional<Expr> addend(Expr value, Expr target) {
    return value instanceof Expr.Binary b && b.op() == Expr.BinaryOp.ADD && b.a().equals(target)
        ? Optional.of(b.b())
        : Optional.empty();
  }

  /** Computes every lane before any is stored. */
  private List<String> temporaries(Expr value) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < value.type().lanes(); i++) {
      String name = names.fresh("lane" + i);
      line(
          "final "
              + ExprRenderer.javaType(value.type())
              + " "
              + name
              + " = "
              + lane(i).text(value)
              + ";");
      values.add(name);
    }
    return values;
  }

  @Override
  public Void visit(Stmt.Store s) {
    if (s.value().type().isRegister()) {
      line(
          registers.text(s.value())
              + ".intoArray("
              + scalar.array(s.array())
              + ", "
              + scalar.index(s.array(), s.index())
              + ");");
      return null;
    }
    int lanes = s.value().type().lanes();
    DType dtype = s.array().dtype();
    if (lanes > 1 && VectorHazards.inStore(s)) {
      storeAtOnce(s);
      return null;
    }
    boolean wide = LoopType.of(dtype).scalar().name().equals(dtype.storage().name());
    Optional<Expr> added =
        wide && dtype != DType.BOOL
            ? addend(s.value(), new Expr.Load(s.array(), s.index(), lanes))
            : Optional.empty();
    for (int i = 0; i < lanes; i++) {
      ExprRenderer r = lane(i);
      line(
          r.array(s.array())
              + "["
              + r.index(s.array(), s.index())
              + (added.isPresent() ? "] += " : "] = ")
              + stored(dtype, added.orElse(s.value()), r)
              + ";");
    }
    return null;
  }

  /** Computes every lane and the place before the first lane is stored. */
  private void storeAtOnce(Stmt.Store s) {
    line("{");
    depth++;
    List<String> values = temporaries(s.value());
    DType dtype = s.array().dtype();
    String array = names.fresh("to");
    line("final " + javaType(dtype) + "[] " + array + " = " + scalar.array(s.array()) + ";");
    String at = names.fresh("at");
    line("final int " + at + " = " + scalar.index(s.array(), s.index()) + ";");
    for (int i = 0; i < values.size(); i++) {
      String value = narrowed(dtype, Rendered.primary(values.get(i)));
      line(array + "[" + at + (i == 0 ? "" : " + " + i) + "] = " + value + ";");
    }
    depth--;
    line("}");
  }

  /** An integer element that goes to the same storage is stored as it is. */
  private static String stored(DType dtype, Expr value, ExprRenderer r) {
    if (value instanceof Expr.Broadcast b) {
      return stored(dtype, b.a(), r.at(0));
    }
    if (value instanceof Expr.Cast c && c.a().type().equals(c.type())) {
      return stored(dtype, c.a(), r);
    }
    boolean same =
        value instanceof Expr.Load l
            && isWhole(dtype)
            && isWhole(l.array().dtype())
            && l.array().dtype().storage() == dtype.storage();
    return same ? r.element((Expr.Load) value) : narrowed(dtype, value.accept(r));
  }

  private static boolean isWhole(DType dtype) {
    return !dtype.isFloat() && dtype != DType.BOOL;
  }

  private static String narrowed(DType dtype, Rendered value) {
    return switch (dtype) {
      case INT8, UINT8, INT4, UINT4, INT2, UINT2 -> "(byte) " + value.atLeast(Rendered.UNARY);
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0, FLOAT4E2M1 ->
          "(byte) " + value.atLeast(Rendered.UNARY);
      case INT16, UINT16 -> "(short) " + value.atLeast(Rendered.UNARY);
      case UINT32 -> "(int) " + value.atLeast(Rendered.UNARY);
      case FLOAT16 -> RuntimeTypes.HALF + ".floatToFp16(" + value.text() + ")";
      case BFLOAT16 -> RuntimeTypes.HALF + ".floatToBf16(" + value.text() + ")";
      default -> value.text();
    };
  }

  @Override
  public Void visit(Stmt.Copy s) {
    line(
        RuntimeTypes.SYSTEM
            + ".arraycopy("
            + String.join(
                ", ",
                scalar.array(s.from()),
                scalar.index(s.from(), s.fromIndex()),
                scalar.array(s.to()),
                scalar.index(s.to(), s.toIndex()),
                text(s.count()))
            + ");");
    return null;
  }

  @Override
  public Void visit(Stmt.Fill s) {
    String from = scalar.index(s.array(), s.index());
    Expr end =
        s.index() instanceof Expr.Literal && s.count() instanceof Expr.Literal
            ? dev.coppice.compiler.loop.Exprs.add(s.index(), s.count())
            : new Expr.Binary(Expr.BinaryOp.ADD, s.index(), s.count());
    String to =
        s.index() instanceof Expr.Literal l && l.bits() == 0
            ? scalar.index(s.array(), s.count())
            : scalar.index(s.array(), end);
    line(
        RuntimeTypes.ARRAYS
            + ".fill("
            + String.join(
                ", ",
                scalar.array(s.array()),
                from,
                to,
                stored(s.array().dtype(), s.value(), scalar))
            + ");");
    return null;
  }

  @Override
  public Void visit(Stmt.If s) {
    line("if (" + text(s.condition()) + ") {");
    branches(s);
    return null;
  }

  private void branches(Stmt.If s) {
    body(s.then());
    if (s.otherwise().isEmpty()) {
      line("}");
    } else if (s.otherwise().get() instanceof Stmt.If next) {
      line("} else if (" + text(next.condition()) + ") {");
      branches(next);
    } else {
      line("} else {");
      body(s.otherwise().get());
      line("}");
    }
  }

  @Override
  public Void visit(Stmt.Invoke s) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < s.arrays().size(); i++) {
      Array array = s.arrays().get(i);
      arguments.add(scalar.array(array));
      if (s.function().arrays().get(i).layout() != Buffer.Layout.ROW) {
        boolean bare = array instanceof Row || array.buffer().layout() == Buffer.Layout.ROW;
        arguments.add(bare ? "0" : names.offset(array.buffer()));
      }
    }
    s.scalars().forEach(e -> arguments.add(text(e)));
    line(calls.apply(s.function()) + "(" + String.join(", ", arguments) + ");");
    return null;
  }

  @Override
  public Void visit(Stmt.Comment s) {
    line("// " + JavaNames.comment(s.text()).replace("$", "$$"));
    return null;
  }

  /** Java type of one stored element. */
  static String javaType(DType dtype) {
    return dtype.storage().name().toLowerCase(java.util.Locale.ROOT);
  }
}
