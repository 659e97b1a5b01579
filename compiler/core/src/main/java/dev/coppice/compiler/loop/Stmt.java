package dev.coppice.compiler.loop;

import java.util.List;
import java.util.Optional;

/** A statement of a kernel. Build with {@link Stmts}. */
public sealed interface Stmt {

  /** Calls the visitor's method for this kind of statement. */
  <R> R accept(Visitor<R> visitor);

  /** One method per kind, so that a missing case does not compile. */
  interface Visitor<R> {
    R visit(Block s);

    R visit(For s);

    R visit(Local s);

    R visit(Assign s);

    R visit(Store s);

    R visit(Copy s);

    R visit(Fill s);

    R visit(If s);

    R visit(Invoke s);

    R visit(Comment s);
  }

  /** Statements in order, in a scope of their own. */
  record Block(List<Stmt> body) implements Stmt {
    public Block {
      body = List.copyOf(body);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** How iterations of a loop relate. */
  enum AxisKind {
    /**
     * Iterations are independent: none reads what another wrote, in scratch neither. Threads may
     * share them ({@link Partition}).
     */
    PARALLEL,
    /** Iterations accumulate into the same place. */
    REDUCE,
    /**
     * As {@link #PARALLEL}; iterations walk arrays at one common index: shaped for the JIT's
     * vectorizer.
     */
    VECTOR
  }

  /** {@code for (int var = from; var < to; var += step)}; the bounds are evaluated once. */
  record For(Var var, Expr from, Expr to, int step, AxisKind kind, Stmt body) implements Stmt {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Declares a variable for the rest of the enclosing block. */
  record Local(Var var, Expr value) implements Stmt {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Sets a declared variable. */
  record Assign(Var var, Expr value) implements Stmt {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Writes a value narrowed to the array's element type by wrapping; a vector writes consecutive
   * elements.
   */
  record Store(Array array, Expr index, Expr value) implements Stmt {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Copies {@code count} consecutive elements between arrays of the same storage; the ranges do not
   * overlap.
   */
  record Copy(Array from, Expr fromIndex, Array to, Expr toIndex, Expr count) implements Stmt {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Sets {@code count} consecutive elements. */
  record Fill(Array array, Expr index, Expr count, Expr value) implements Stmt {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A conditional. */
  record If(Expr condition, Stmt then, Optional<Stmt> otherwise) implements Stmt {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A call of a function: arrays and scalars in its parameters' order. */
  record Invoke(Function function, List<Array> arrays, List<Expr> scalars) implements Stmt {
    public Invoke {
      arrays = List.copyOf(arrays);
      scalars = List.copyOf(scalars);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** A comment of one line in the emitted code. */
  record Comment(String text) implements Stmt {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
