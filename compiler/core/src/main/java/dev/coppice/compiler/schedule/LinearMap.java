package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;

/**
 * A small constant matrix times a vector of registers, with few operations: two rows that differ in
 * the signs of their odd columns share sums, and so do two columns that differ in signs only.
 */
final class LinearMap {
  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  private final double[][] matrix;
  private final List<Stmt> body = new ArrayList<>();

  private LinearMap(double[][] matrix) {
    this.matrix = matrix;
  }

  /**
   * {@code matrix} times {@code x}.
   *
   * @param results given the row and its value, says what to do with it
   */
  static Stmt of(double[][] matrix, List<Expr> x, Result results) {
    LinearMap map = new LinearMap(matrix);
    List<Expr> values = map.values(x);
    for (int i = 0; i < values.size(); i++) {
      map.body.add(results.take(i, values.get(i)));
    }
    return Stmts.block(map.body);
  }

  /** What is done with a result. */
  interface Result {
    /** Statements for row {@code i}. */
    Stmt take(int i, Expr value);
  }

  /** A factor of an operand. */
  private record Term(double factor, Expr x) {}

  private List<Expr> values(List<Expr> x) {
    List<Expr> values = new ArrayList<>();
    boolean columns = sharesColumns();
    List<Expr> sums = new ArrayList<>();
    for (int j = 1; columns && j + 1 < x.size() - 1; j += 2) {
      sums.add(local("plus" + j, Exprs.add(x.get(j), x.get(j + 1))));
      sums.add(local("minus" + j, Exprs.sub(x.get(j), x.get(j + 1))));
    }
    for (int i = 0; i < matrix.length; i++) {
      if (columns) {
        values.add(sum(terms(matrix[i], x, sums)));
      } else if (i + 1 < matrix.length && differInOdd(matrix[i], matrix[i + 1])) {
        Expr even = local("even" + i, sum(terms(matrix[i], x, 0)));
        Expr odd = local("odd" + i, sum(terms(matrix[i], x, 1)));
        values.add(Exprs.add(even, odd));
        values.add(Exprs.sub(even, odd));
        i++;
      } else {
        List<Term> all = new ArrayList<>(terms(matrix[i], x, 0));
        all.addAll(terms(matrix[i], x, 1));
        values.add(sum(all));
      }
    }
    return values;
  }

  private Expr local(String name, Expr value) {
    Var v = new Var(name, REGISTER);
    body.add(Stmts.local(v, value));
    return Exprs.ref(v);
  }

  /** Whether columns 1 and 2, 3 and 4, ... are equal but for signs in every row. */
  private boolean sharesColumns() {
    for (double[] row : matrix) {
      for (int j = 1; j + 1 < row.length - 1; j += 2) {
        if (Math.abs(row[j]) != Math.abs(row[j + 1])) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean differInOdd(double[] a, double[] b) {
    for (int j = 0; j < a.length; j++) {
      if (b[j] != (j % 2 == 0 ? a[j] : -a[j])) {
        return false;
      }
    }
    return true;
  }

  private static List<Term> terms(double[] row, List<Expr> x, List<Expr> sums) {
    int last = row.length - 1;
    List<Term> all = new ArrayList<>(List.of(new Term(row[0], x.get(0))));
    for (int j = 1; j + 1 < last; j += 2) {
      all.add(new Term(row[j], sums.get(row[j] == row[j + 1] ? j - 1 : j)));
    }
    all.add(new Term(row[last], x.get(last)));
    return all;
  }

  /** The terms of every second column from {@code from} on. */
  private static List<Term> terms(double[] row, List<Expr> x, int from) {
    List<Term> all = new ArrayList<>();
    for (int j = from; j < row.length; j += 2) {
      all.add(new Term(row[j], x.get(j)));
    }
    return all;
  }

  private static Expr sum(List<Term> terms) {
    List<Term> rest = new ArrayList<>(terms.stream().filter(t -> t.factor != 0).toList());
    Term first = rest.stream().filter(t -> t.factor == 1).findFirst().orElse(rest.get(0));
    rest.remove(first);
    Expr sum = first.factor == 1 ? first.x : Exprs.mul(constant(first.factor), first.x);
    for (Term t : rest) {
      sum =
          t.factor == 1
              ? Exprs.add(sum, t.x)
              : t.factor == -1
                  ? Exprs.sub(sum, t.x)
                  : Exprs.call(Intrinsic.MUL_ADD, constant(t.factor), t.x, sum);
    }
    return sum;
  }

  private static Expr constant(double factor) {
    return Exprs.broadcast(Exprs.floatLit((float) factor), LoopType.REGISTER);
  }
}
