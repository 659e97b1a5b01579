package dev.coppice.compiler.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Registers that several statements read, each computed once: HotSpot counts the vector operations
 * of a method as they are written, and gives up on too many.
 */
public final class SharedRegisters {
  private final String name;
  private final Map<Expr, Var> registers = new LinkedHashMap<>();

  /** Registers in variables {@code name0, name1, ...}. */
  public SharedRegisters(String name) {
    this.name = name;
  }

  /** The variable that has {@code value}. */
  public Expr of(Expr value) {
    return Exprs.ref(
        registers.computeIfAbsent(value, e -> new Var(name + registers.size(), e.type())));
  }

  /** The declarations; before every statement that reads them. */
  public List<Stmt> declarations() {
    return registers.entrySet().stream().map(e -> Stmts.local(e.getValue(), e.getKey())).toList();
  }
}
