package dev.coppice.compiler.schedule;

import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the results of a pooling operator are multiplied by.
 *
 * @param all a number
 * @param rows a factor per row of a channel's results
 * @param columns a factor per column
 */
public record PoolScales(double all, Optional<Buffer> rows, Optional<Buffer> columns) {
  /** No scaling. */
  public static final PoolScales NONE = new PoolScales(1, Optional.empty(), Optional.empty());

  /**
   * Division by {@code counts[a][c]} for each spatial axis {@code a} and coordinate {@code c};
   * tables of type {@code dtype}.
   */
  public static PoolScales dividing(KernelBuilder k, DType dtype, int[][] counts) {
    int last = counts.length - 1;
    double[] rows = {1};
    for (int a = 0; a < last; a++) {
      double[] outer = rows;
      int[] own = counts[a];
      rows = new double[outer.length * own.length];
      Arrays.setAll(rows, i -> outer[i / own.length] / own[i % own.length]);
    }
    double[] columns = Arrays.stream(counts[last]).mapToDouble(n -> 1.0 / n).toArray();
    boolean evenRows = isEven(rows);
    boolean evenColumns = isEven(columns);
    return new PoolScales(
        (evenRows ? rows[0] : 1) * (evenColumns ? columns[0] : 1),
        evenRows ? Optional.empty() : Optional.of(table(k, dtype, "rowScale", rows)),
        evenColumns ? Optional.empty() : Optional.of(table(k, dtype, "columnScale", columns)));
  }

  private static boolean isEven(double[] values) {
    return Arrays.stream(values).distinct().count() == 1;
  }

  private static Buffer table(KernelBuilder k, DType dtype, String name, double[] values) {
    return k.weights(name, Tensor.fromDoubles(TensorType.of(dtype, values.length), i -> values[i]));
  }

  /** {@code value} times the number and the factor of its column. */
  public Expr apply(Expr value, Expr column) {
    Expr scaled = all == 1 ? value : mul(value, literal(value.type(), all));
    return columns.isPresent() ? mul(scaled, load(columns.get(), column)) : scaled;
  }
}
