package dev.coppice.compiler.emit.portable;

import static dev.coppice.compiler.emit.portable.Rendered.primary;

import dev.coppice.compiler.emit.java.JavaLiterals;
import dev.coppice.compiler.emit.java.RuntimeTypes;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.LoopType.Scalar;
import dev.coppice.compiler.loop.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Renders one lane of an expression as a Java expression with as few parentheses as the meaning
 * allows.
 */
final class ExprRenderer implements Expr.Visitor<Rendered> {
  private final MethodNames names;
  private final int lane;

  ExprRenderer(MethodNames names, int lane) {
    this.names = names;
    this.lane = lane;
  }

  /** The text of {@code e}. */
  String text(Expr e) {
    return e.accept(this).text();
  }

  private Rendered render(Expr e) {
    return e.accept(this);
  }

  /** The renderer of another lane. */
  ExprRenderer at(int otherLane) {
    return otherLane == lane ? this : new ExprRenderer(names, otherLane);
  }

  /** The Java array that {@code array} indexes. */
  String array(Array array) {
    if (!(array instanceof Row r)) {
      return names.array(array.buffer());
    }
    return names.isHoisted(r)
        ? names.hoisted(r)
        : names.array(r.buffer()) + "[" + at(0).position(names.offset(r.buffer()), r.row()) + "]";
  }

  /** Index into {@link #array} of element {@code index} of {@code array}, plus the lane. */
  String index(Array array, Expr index) {
    Expr at = plus(index, lane);
    return array instanceof Buffer b && b.layout() == Buffer.Layout.FLAT
        ? at(0).position(names.offset(b), at)
        : at(0).text(at);
  }

  /** {@code offset + index}. */
  private String position(String offset, Expr index) {
    boolean zero = index instanceof Expr.Literal l && l.bits() == 0;
    return zero ? offset : offset + " + " + render(index).atLeast(Rendered.ADDITIVE);
  }

  /** {@code index + n}, with a constant that {@code index} ends in taken into {@code n}. */
  private static Expr plus(Expr index, int n) {
    if (n == 0) {
      return index;
    }
    return index instanceof Expr.Binary b
            && b.op() == Expr.BinaryOp.ADD
            && b.b() instanceof Expr.Literal l
        ? Exprs.add(b.a(), (int) l.bits() + n)
        : Exprs.add(index, Exprs.intLit(n));
  }

  @Override
  public Rendered visit(Expr.Literal e) {
    String text =
        switch (e.type().scalar()) {
          case INT -> JavaLiterals.of((int) e.bits());
          case LONG -> JavaLiterals.of(e.bits());
          case BOOLEAN -> e.bits() != 0 ? "true" : "false";
          case FLOAT -> JavaLiterals.of(Float.intBitsToFloat((int) e.bits()), RuntimeTypes.FLOAT);
          case DOUBLE -> JavaLiterals.of(Double.longBitsToDouble(e.bits()), RuntimeTypes.DOUBLE);
        };
    return new Rendered(text, text.startsWith("-") ? Rendered.UNARY : Rendered.PRIMARY);
  }

  @Override
  public Rendered visit(Expr.Lanes e) {
    return primary(RegisterRenderer.LANES);
  }

  @Override
  public Rendered visit(Expr.Ref e) {
    return primary(names.variable(e.var(), lane));
  }

  /** The array element that a load reads, not widened. */
  String element(Expr.Load e) {
    return array(e.array()) + "[" + index(e.array(), e.index()) + "]";
  }

  @Override
  public Rendered visit(Expr.Load e) {
    String element = element(e);
    return switch (e.array().dtype()) {
      case UINT8, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 ->
          new Rendered(element + " & 0xff", Rendered.AND);
      case UINT16 -> new Rendered(element + " & 0xffff", Rendered.AND);
      case UINT32 -> new Rendered(element + " & 0xffffffffL", Rendered.AND);
      case FLOAT16 -> primary(RuntimeTypes.HALF + ".fp16ToFloat(" + element + ")");
      case BFLOAT16 -> primary(RuntimeTypes.HALF + ".bf16ToFloat(" + element + ")");
      default -> primary(element);
    };
  }

  @Override
  public Rendered visit(Expr.Binary e) {
    return switch (e.op()) {
      case ADD ->
          e.b() instanceof Expr.Literal l
                  && l.type().scalar() == Scalar.INT
                  && l.bits() < 0
                  && l.bits() > Integer.MIN_VALUE
              ? new Rendered(
                  render(e.a()).atLeast(Rendered.ADDITIVE) + " - " + -l.bits(), Rendered.ADDITIVE)
              : infix(e, " + ", Rendered.ADDITIVE);
      case SUB -> infix(e, " - ", Rendered.ADDITIVE);
      case MUL -> infix(e, " * ", Rendered.MULTIPLICATIVE);
      case DIV -> infix(e, " / ", Rendered.MULTIPLICATIVE);
      case REM -> infix(e, " % ", Rendered.MULTIPLICATIVE);
      case MIN -> primary(RuntimeTypes.MATH + ".min(" + text(e.a()) + ", " + text(e.b()) + ")");
      case MAX -> primary(RuntimeTypes.MATH + ".max(" + text(e.a()) + ", " + text(e.b()) + ")");
      case AND -> infix(e, " & ", Rendered.AND);
      case OR -> infix(e, " | ", Rendered.OR);
      case XOR -> infix(e, " ^ ", Rendered.XOR);
      case SHL -> infix(e, " << ", Rendered.SHIFT);
      case SHR -> infix(e, " >> ", Rendered.SHIFT);
      case USHR -> infix(e, " >>> ", Rendered.SHIFT);
      case LT -> infix(e, " < ", Rendered.RELATIONAL);
      case LE -> infix(e, " <= ", Rendered.RELATIONAL);
      case GT -> infix(e, " > ", Rendered.RELATIONAL);
      case GE -> infix(e, " >= ", Rendered.RELATIONAL);
      case EQ -> infix(e, " == ", Rendered.EQUALITY);
      case NE -> infix(e, " != ", Rendered.EQUALITY);
    };
  }

  /**
   * The right operand keeps its parentheses unless the operation is associative, as integer sums
   * are.
   */
  private Rendered infix(Expr.Binary e, String operator, int precedence) {
    boolean free = !e.a().type().isFloating() && isAssociative(e);
    String a = render(e.a()).atLeast(precedence);
    return new Rendered(
        a + operator + render(e.b()).atLeast(free ? precedence : precedence + 1), precedence);
  }

  private static boolean isAssociative(Expr.Binary e) {
    return switch (e.op()) {
      case ADD, AND, OR, XOR -> true;
      default -> false;
    };
  }

  @Override
  public Rendered visit(Expr.Unary e) {
    Rendered a = render(e.a());
    return switch (e.op()) {
      case NEG ->
          new Rendered(
              "-" + (a.text().startsWith("-") ? "(" + a.text() + ")" : a.atLeast(Rendered.UNARY)),
              Rendered.UNARY);
      case NOT ->
          new Rendered(
              (e.type().scalar() == Scalar.BOOLEAN ? "!" : "~") + a.atLeast(Rendered.UNARY),
              Rendered.UNARY);
      case ABS -> primary(RuntimeTypes.MATH + ".abs(" + a.text() + ")");
      case BIT_COUNT ->
          primary(
              (e.a().type().scalar() == Scalar.LONG ? RuntimeTypes.LONG : RuntimeTypes.INTEGER)
                  + ".bitCount("
                  + a.text()
                  + ")");
    };
  }

  @Override
  public Rendered visit(Expr.Cast e) {
    Scalar from = e.a().type().scalar();
    Scalar to = e.type().scalar();
    Rendered a = render(e.a());
    if (from == to) {
      return a;
    }
    if (from == Scalar.BOOLEAN) {
      String suffix = literalSuffix(to);
      return new Rendered(
          a.atLeast(Rendered.CONDITIONAL + 1) + " ? 1" + suffix + " : 0" + suffix,
          Rendered.CONDITIONAL);
    }
    if (to == Scalar.BOOLEAN) {
      return new Rendered(
          a.atLeast(Rendered.RELATIONAL) + " != 0" + literalSuffix(from), Rendered.EQUALITY);
    }
    return new Rendered(
        "(" + javaType(e.type()) + ") " + a.atLeast(Rendered.UNARY), Rendered.UNARY);
  }

  private static String literalSuffix(Scalar scalar) {
    return switch (scalar) {
      case FLOAT -> "f";
      case DOUBLE -> "d";
      case LONG -> "L";
      case INT, BOOLEAN -> "";
    };
  }

  /** The Java type of one lane. */
  static String javaType(LoopType type) {
    return switch (type.scalar()) {
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case LONG -> "long";
      case INT -> "int";
      case BOOLEAN -> "boolean";
    };
  }

  @Override
  public Rendered visit(Expr.Select e) {
    String condition = render(e.condition()).atLeast(Rendered.CONDITIONAL + 1);
    return new Rendered(
        condition
            + " ? "
            + render(e.a()).atLeast(Rendered.CONDITIONAL + 1)
            + " : "
            + render(e.b()).atLeast(Rendered.CONDITIONAL),
        Rendered.CONDITIONAL);
  }

  @Override
  public Rendered visit(Expr.Call e) {
    List<Rendered> arguments = new ArrayList<>();
    e.arguments().forEach(a -> arguments.add(render(a)));
    return IntrinsicCalls.render(e.function(), e.arguments().get(0).type().scalar(), arguments);
  }

  @Override
  public Rendered visit(Expr.Broadcast e) {
    return at(0).render(e.a());
  }

  @Override
  public Rendered visit(Expr.Reduce e) {
    if (e.a().type().isRegister()) {
      return primary(new RegisterRenderer(names, at(0)).reduced(e));
    }
    List<Rendered> lanes = new ArrayList<>();
    for (int i = 0; i < e.a().type().lanes(); i++) {
      lanes.add(at(i).render(e.a()));
    }
    while (lanes.size() > 1) {
      List<Rendered> pairs = new ArrayList<>();
      for (int i = 0; i + 1 < lanes.size(); i += 2) {
        pairs.add(pair(e.op(), lanes.get(i), lanes.get(i + 1)));
      }
      if (lanes.size() % 2 == 1) {
        pairs.add(lanes.get(lanes.size() - 1));
      }
      lanes = pairs;
    }
    return lanes.get(0);
  }

  private static Rendered pair(Expr.BinaryOp op, Rendered a, Rendered b) {
    return switch (op) {
      case MIN -> primary(RuntimeTypes.MATH + ".min(" + a.text() + ", " + b.text() + ")");
      case MAX -> primary(RuntimeTypes.MATH + ".max(" + a.text() + ", " + b.text() + ")");
      case ADD -> both(a, " + ", b, Rendered.ADDITIVE);
      case MUL -> both(a, " * ", b, Rendered.MULTIPLICATIVE);
      case AND -> both(a, " & ", b, Rendered.AND);
      case OR -> both(a, " | ", b, Rendered.OR);
      case XOR -> both(a, " ^ ", b, Rendered.XOR);
      default -> throw new IllegalStateException("compiler bug: cannot reduce by " + op);
    };
  }

  private static Rendered both(Rendered a, String operator, Rendered b, int precedence) {
    return new Rendered(
        a.atLeast(precedence + 1) + operator + b.atLeast(precedence + 1), precedence);
  }
}
