package dev.coppice.compiler.loop;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What statements do with registers of floats, each operation once. */
public final class RegisterOperations {
  private RegisterOperations() {}

  /**
   * The operations in {@code bodies}, on {@code operand} wherever they take a register of floats,
   * and with 1 wherever they take a scalar.
   *
   * @param bodies statements, with the functions that they invoke
   * @param operand a variable that is a register of floats
   */
  public static Set<Expr> of(List<Stmt> bodies, Var operand) {
    Set<Expr> operations = new LinkedHashSet<>();
    for (Stmt body : bodies) {
      LoopTree.expressions(
          body,
          e -> {
            if (isOperation(e)) {
              operations.add(LoopTree.rebuild(e, on(operand)));
            }
          });
    }
    return operations;
  }

  /** Whether {@code e} makes a register of floats of another, or of a register what is none. */
  private static boolean isOperation(Expr e) {
    boolean takesRegister = LoopTree.children(e).stream().anyMatch(a -> a.type().isRegister());
    return takesRegister && (isFloats(e) || !e.type().isRegister());
  }

  private static boolean isFloats(Expr e) {
    return e.type().isRegister() && e.type().scalar() == LoopType.Scalar.FLOAT;
  }

  /** What is the same in all lanes becomes 1. */
  private static UnaryOperator<Expr> on(Var operand) {
    return e -> {
      if (isFloats(e)) {
        return Exprs.ref(operand);
      }
      return e.type().isRegister() ? LoopTree.rebuild(e, on(operand)) : Exprs.literal(e.type(), 1);
    };
  }
}
