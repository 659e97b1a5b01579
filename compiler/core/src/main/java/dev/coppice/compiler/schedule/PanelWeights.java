package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How the weights of a panel lie in memory.
 *
 * @param form what an element is
 * @param runs in how many runs they lie, of a whole number of registers each: all terms of the
 *     first channels, then all terms of the next
 */
record PanelWeights(WeightForm form, int runs) {
  /** Floats in the order in which they are read. */
  static final PanelWeights FLOATS = new PanelWeights(WeightForm.FLOATS, 1);

  /**
   * Where the weights of some registers of channels are.
   *
   * @param declarations of where runs begin
   * @param run where the run of each register begins
   * @param lane where in a term of its run each register is
   * @param step distance of two terms of a run
   */
  record Registers(List<Stmt> declarations, List<Expr> run, List<Expr> lane, int step) {
    /** How many these are. */
    int count() {
      return run.size();
    }

    /** Where register {@code v} has the weights of term {@code t}. */
    Expr at(Expr t, int v) {
      return Exprs.add(Exprs.add(run.get(v), Exprs.mul(t, step)), lane.get(v));
    }
  }

  /**
   * All {@code vectors} registers of a panel, whose runs are read side by side.
   *
   * @param from where its weights begin
   * @param terms how many there are
   */
  Registers ofPanel(int vectors, Var from, Var terms) {
    int each = vectors / runs;
    int step = each * LoopType.MOST_LANES;
    List<Stmt> declarations = new ArrayList<>();
    List<Expr> run = new ArrayList<>();
    List<Expr> lane = new ArrayList<>();
    Expr at = Exprs.ref(from);
    for (int v = 0; v < vectors; v++) {
      if (v > 0 && v % each == 0) {
        Expr before = Exprs.mul(Exprs.ref(terms), v / each * step);
        at = local("run" + v / each, Exprs.add(Exprs.ref(from), before), declarations);
      }
      run.add(at);
      lane.add(Exprs.mul(Exprs.lanes(), v % each));
    }
    return new Registers(declarations, run, lane, step);
  }

  /**
   * Some registers of a panel that lie in one run.
   *
   * @param vectors registers of the panel on a machine with the widest
   * @param registers how many, perhaps narrower ones
   * @param column first channel within the panel
   * @param from where the weights of the panel begin
   * @param terms how many there are
   */
  Registers ofPiece(int vectors, int registers, Expr column, Var from, Var terms) {
    int step = vectors / runs * LoopType.MOST_LANES;
    List<Stmt> declarations = new ArrayList<>();
    Expr at = Exprs.ref(from);
    Expr inRun = column;
    if (runs > 1) {
      Expr whole = Exprs.mul(Exprs.div(column, Exprs.intLit(step)), step);
      at = local("run", Exprs.add(at, Exprs.mul(whole, Exprs.ref(terms))), declarations);
      inRun = Exprs.rem(column, Exprs.intLit(step));
    }
    List<Expr> lane = new ArrayList<>();
    for (int v = 0; v < registers; v++) {
      lane.add(Exprs.add(inRun, Exprs.mul(Exprs.lanes(), v)));
    }
    return new Registers(declarations, Collections.nCopies(registers, at), lane, step);
  }

  private static Expr local(String name, Expr value, List<Stmt> to) {
    Var v = new Var(name, LoopType.INT);
    to.add(Stmts.local(v, value));
    return Exprs.ref(v);
  }
}
