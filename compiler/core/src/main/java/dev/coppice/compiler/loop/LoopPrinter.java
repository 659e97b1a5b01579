package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Expr.BinaryOp;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Loop IR as text for dumps, messages and tests: one statement a line, every operation in
 * parentheses, functions after the kernel.
 */
public final class LoopPrinter {
  private final StringBuilder out = new StringBuilder();
  private final Set<Function> functions = new LinkedHashSet<>();
  private final Expressions expressions = new Expressions();
  private final Statements statements = new Statements();
  private int depth;

  private LoopPrinter() {}

  /** A kernel and the functions it invokes. */
  public static String print(Kernel kernel) {
    LoopPrinter p = new LoopPrinter();
    String parts = kernel.parts().map(k -> "; " + k.index().name() + " of " + k.count()).orElse("");
    p.line(
        "kernel "
            + kernel.name()
            + "("
            + buffers(kernel.buffers())
            + parts
            + ") {  # "
            + kernel.comment());
    p.nested(kernel.body());
    p.line("}");
    p.functions(kernel.body());
    for (Function f : p.functions) {
      String scalars =
          f.scalars().stream()
              .map(v -> v.name() + ": " + v.type())
              .collect(Collectors.joining(", "));
      p.line(
          "function "
              + f.name()
              + "("
              + buffers(f.arrays())
              + "; "
              + scalars
              + ") {  # "
              + f.comment());
      p.nested(f.body());
      p.line("}");
    }
    return p.out.toString();
  }

  /** One statement. */
  public static String print(Stmt s) {
    LoopPrinter p = new LoopPrinter();
    s.accept(p.statements);
    return p.out.toString();
  }

  /** One expression. */
  public static String print(Expr e) {
    return e.accept(new LoopPrinter().expressions);
  }

  private void functions(Stmt body) {
    LoopTree.statements(
        body,
        s -> {
          if (s instanceof Stmt.Invoke v && functions.add(v.function())) {
            functions(v.function().body());
          }
        });
  }

  private static String buffers(List<Buffer> buffers) {
    return buffers.stream().map(LoopPrinter::declaration).collect(Collectors.joining(", "));
  }

  private static String declaration(Buffer b) {
    String size =
        b.layout() == Buffer.Layout.PLANAR ? b.rows() + "][" + b.length() : "" + b.length();
    String role = b.role().name().toLowerCase(Locale.ROOT);
    return role
        + " "
        + b.name()
        + ": "
        + b.dtype()
        + "["
        + size
        + "]"
        + (b.layout() == Buffer.Layout.ROW ? " bare" : "");
  }

  private void line(String text) {
    out.append("  ".repeat(depth)).append(text).append('\n');
  }

  private void nested(Stmt s) {
    depth++;
    s.accept(statements);
    depth--;
  }

  private String text(Expr e) {
    return e.accept(expressions);
  }

  private String text(Array a) {
    return a instanceof Row r ? a.buffer().name() + "[" + text(r.row()) + "]" : a.buffer().name();
  }

  private String list(List<Expr> all) {
    return all.stream().map(this::text).collect(Collectors.joining(", "));
  }

  private static String symbol(BinaryOp op) {
    return switch (op) {
      case ADD -> "+";
      case SUB -> "-";
      case MUL -> "*";
      case DIV -> "/";
      case REM -> "%";
      case AND -> "&";
      case OR -> "|";
      case XOR -> "^";
      case SHL -> "<<";
      case SHR -> ">>";
      case USHR -> ">>>";
      case LT -> "<";
      case LE -> "<=";
      case GT -> ">";
      case GE -> ">=";
      case EQ -> "==";
      case NE -> "!=";
      case MIN, MAX -> op.name().toLowerCase(Locale.ROOT);
    };
  }

  private final class Expressions implements Expr.Visitor<String> {
    @Override
    public String visit(Expr.Literal e) {
      return switch (e.type().scalar()) {
        case FLOAT -> Float.intBitsToFloat((int) e.bits()) + "f";
        case DOUBLE -> Double.toString(Double.longBitsToDouble(e.bits()));
        case BOOLEAN -> e.bits() != 0 ? "true" : "false";
        case LONG -> e.bits() + "L";
        case INT -> Long.toString(e.bits());
      };
    }

    @Override
    public String visit(Expr.Ref e) {
      return e.var().name();
    }

    @Override
    public String visit(Expr.Lanes e) {
      return "lanes";
    }

    private String lanes(int lanes) {
      return lanes == LoopType.REGISTER ? "R" : "" + lanes;
    }

    @Override
    public String visit(Expr.Load e) {
      return text(e.array())
          + "["
          + text(e.index())
          + (e.lanes() == 1 ? "]" : " x" + lanes(e.lanes()) + "]");
    }

    @Override
    public String visit(Expr.Binary e) {
      return e.op() == BinaryOp.MIN || e.op() == BinaryOp.MAX
          ? symbol(e.op()) + "(" + text(e.a()) + ", " + text(e.b()) + ")"
          : "(" + text(e.a()) + " " + symbol(e.op()) + " " + text(e.b()) + ")";
    }

    @Override
    public String visit(Expr.Unary e) {
      return e.op().name().toLowerCase(Locale.ROOT) + "(" + text(e.a()) + ")";
    }

    @Override
    public String visit(Expr.Cast e) {
      return e.type() + "(" + text(e.a()) + ")";
    }

    @Override
    public String visit(Expr.Select e) {
      return "select(" + list(List.of(e.condition(), e.a(), e.b())) + ")";
    }

    @Override
    public String visit(Expr.Call e) {
      return e.function().name().toLowerCase(Locale.ROOT) + "(" + list(e.arguments()) + ")";
    }

    @Override
    public String visit(Expr.Broadcast e) {
      return "broadcast(" + text(e.a()) + ", " + lanes(e.lanes()) + ")";
    }

    @Override
    public String visit(Expr.Reduce e) {
      return "reduce(" + symbol(e.op()) + ", " + text(e.a()) + ")";
    }
  }

  private final class Statements implements Stmt.Visitor<Boolean> {
    @Override
    public Boolean visit(Stmt.Block s) {
      s.body().forEach(child -> child.accept(this));
      return true;
    }

    @Override
    public Boolean visit(Stmt.For s) {
      String kind = s.kind().name().toLowerCase(Locale.ROOT);
      String step = s.step() == 1 ? "" : " by " + s.step();
      line(
          kind
              + " "
              + s.var().name()
              + " in "
              + text(s.from())
              + " .. "
              + text(s.to())
              + step
              + " {");
      nested(s.body());
      line("}");
      return true;
    }

    @Override
    public Boolean visit(Stmt.Local s) {
      line("var " + s.var().name() + ": " + s.var().type() + " = " + text(s.value()));
      return true;
    }

    @Override
    public Boolean visit(Stmt.Assign s) {
      line(s.var().name() + " = " + text(s.value()));
      return true;
    }

    @Override
    public Boolean visit(Stmt.Store s) {
      line(text(s.array()) + "[" + text(s.index()) + "] = " + text(s.value()));
      return true;
    }

    @Override
    public Boolean visit(Stmt.Copy s) {
      line(
          "copy "
              + text(s.from())
              + "["
              + text(s.fromIndex())
              + "] to "
              + text(s.to())
              + "["
              + text(s.toIndex())
              + "] count "
              + text(s.count()));
      return true;
    }

    @Override
    public Boolean visit(Stmt.Fill s) {
      line(
          "fill "
              + text(s.array())
              + "["
              + text(s.index())
              + "] count "
              + text(s.count())
              + " with "
              + text(s.value()));
      return true;
    }

    @Override
    public Boolean visit(Stmt.If s) {
      line("if " + text(s.condition()) + " {");
      nested(s.then());
      if (s.otherwise().isPresent()) {
        line("} else {");
        nested(s.otherwise().get());
      }
      line("}");
      return true;
    }

    @Override
    public Boolean visit(Stmt.Invoke s) {
      String arrays =
          s.arrays().stream().map(LoopPrinter.this::text).collect(Collectors.joining(", "));
      line(s.function().name() + "(" + arrays + "; " + list(s.scalars()) + ")");
      return true;
    }

    @Override
    public Boolean visit(Stmt.Comment s) {
      line("# " + s.text());
      return true;
    }
  }
}
