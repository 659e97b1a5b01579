package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.Row;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which rows of planar buffers a loop can fetch once before it starts: those whose index does not
 * change in it and that it needs for certain, so that no row is asked for that the loop would not
 * have touched.
 */
final class RowHoisting {
  /** A loop that needs more rows than this would fill the method with local variables. */
  private static final int MOST = 16;

  private RowHoisting() {}

  /** The rows to fetch before {@code loop}, in order of first use. */
  static List<Row> rows(Stmt.For loop, MethodNames names) {
    Set<Var> bound = new LinkedHashSet<>();
    LoopTree.statements(
        loop,
        s -> {
          if (s instanceof Stmt.For f) {
            bound.add(f.var());
          } else if (s instanceof Stmt.Local l) {
            bound.add(l.var());
          } else if (s instanceof Stmt.Assign a) {
            bound.add(a.var());
          }
        });
    Map<Row, Boolean> found = new LinkedHashMap<>();
    collect(loop.body(), runsOnce(loop), found);
    List<Row> rows = new ArrayList<>();
    found.forEach(
        (row, certain) -> {
          if (!names.isHoisted(row) && (certain || isInRange(row)) && isFixed(row.row(), bound)) {
            rows.add(row);
          }
        });
    return rows.size() > MOST ? rows.subList(0, MOST) : rows;
  }

  private static boolean runsOnce(Stmt.For loop) {
    return loop.from() instanceof Expr.Literal a
        && loop.to() instanceof Expr.Literal b
        && a.bits() < b.bits();
  }

  private static boolean isInRange(Row row) {
    return row.row() instanceof Expr.Literal l && l.bits() >= 0 && l.bits() < row.buffer().rows();
  }

  private static boolean isFixed(Expr row, Set<Var> bound) {
    boolean[] fixed = {true};
    LoopTree.walk(
        row,
        e ->
            fixed[0] &=
                !(e instanceof Expr.Load) && !(e instanceof Expr.Ref r && bound.contains(r.var())));
    return fixed[0];
  }

  private static void collect(Stmt s, boolean certain, Map<Row, Boolean> found) {
    for (Array a : LoopTree.arrays(s)) {
      add(a, certain, found);
    }
    for (Expr operand : LoopTree.operands(s)) {
      collect(operand, certain, found);
    }
    boolean within =
        certain && !(s instanceof Stmt.If) && !(s instanceof Stmt.For f && !runsOnce(f));
    for (Stmt child : LoopTree.children(s)) {
      collect(child, within, found);
    }
  }

  private static void collect(Expr e, boolean certain, Map<Row, Boolean> found) {
    if (e instanceof Expr.Load l) {
      add(l.array(), certain, found);
    }
    boolean within = certain && !(e instanceof Expr.Select);
    for (Expr child : LoopTree.children(e)) {
      collect(child, within, found);
    }
  }

  private static void add(Array a, boolean certain, Map<Row, Boolean> found) {
    if (a instanceof Row r) {
      found.merge(r, certain, Boolean::logicalOr);
    }
  }
}
