package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.emit.java.JavaNames;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.Row;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Java names in one method: of arrays and their offsets, of variables and their lanes, of rows kept
 * in a local variable.
 */
final class MethodNames {
  private final JavaNames names = new JavaNames();
  private final Map<String, String> arrays = new LinkedHashMap<>();
  private final Map<String, String> offsets = new LinkedHashMap<>();
  private final Map<Var, String> scalars = new LinkedHashMap<>();
  private final Map<Var, List<String>> lanes = new LinkedHashMap<>();
  private final Map<Row, String> rows = new LinkedHashMap<>();

  MethodNames(List<Buffer> buffers, List<Var> parameters, Stmt body) {
    for (Buffer b : buffers) {
      arrays.put(b.name(), names.fresh(b.name()));
    }
    parameters.forEach(this::declare);
    LoopTree.statements(
        body,
        s -> {
          if (s instanceof Stmt.For f) {
            declare(f.var());
          } else if (s instanceof Stmt.Local l) {
            declare(l.var());
          }
        });
    for (Buffer b : buffers) {
      if (b.layout() != Buffer.Layout.ROW) {
        offsets.put(b.name(), names.fresh(b.name() + "o"));
      }
    }
  }

  private void declare(Var v) {
    if (!v.type().isVector() || v.type().isRegister()) {
      scalars.computeIfAbsent(v, x -> names.fresh(v.name()));
    } else if (!lanes.containsKey(v)) {
      lanes.put(
          v,
          java.util.stream.IntStream.range(0, v.type().lanes())
              .mapToObj(i -> names.fresh(v.name() + i))
              .toList());
    }
  }

  /** A fresh name for a temporary. */
  String fresh(String wish) {
    return names.fresh(wish);
  }

  /** Name of lane {@code lane} of {@code v}. */
  String variable(Var v, int lane) {
    String name =
        v.type().isVector() && !v.type().isRegister()
            ? Objects.requireNonNull(lanes.get(v)).get(lane)
            : scalars.get(v);
    if (name == null) {
      throw new IllegalStateException("compiler bug: variable " + v.name() + " is not declared");
    }
    return name;
  }

  /** The parameter that holds {@code b}. */
  String array(Buffer b) {
    String name = arrays.get(b.name());
    if (name == null) {
      throw new IllegalStateException("compiler bug: buffer " + b.name() + " is not a parameter");
    }
    return name;
  }

  /** The parameter with the first element or row of {@code b}; none for a bare array. */
  String offset(Buffer b) {
    return Objects.requireNonNull(offsets.get(b.name()));
  }

  /** Keeps {@code row} in a local variable from now on; returns its name. */
  String hoist(Row row) {
    String wish =
        row.row() instanceof Expr.Literal l
            ? row.buffer().name() + l.bits()
            : row.buffer().name() + "Row";
    String name = names.fresh(wish);
    rows.put(row, name);
    return name;
  }

  /** Forgets the local variable of {@code row}. */
  void release(Row row) {
    rows.remove(row);
  }

  /** Whether {@code array} is a row in a local variable. */
  boolean isHoisted(Array array) {
    return array instanceof Row r && rows.containsKey(r);
  }

  /** The local variable of {@code row}. */
  String hoisted(Row row) {
    return Objects.requireNonNull(rows.get(row));
  }
}
