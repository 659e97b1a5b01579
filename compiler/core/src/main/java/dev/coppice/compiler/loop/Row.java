package dev.coppice.compiler.loop;

/**
 * One row of a planar buffer.
 *
 * @param buffer a planar buffer
 * @param row int expression, in {@code [0, buffer.rows())}
 */
public record Row(Buffer buffer, Expr row) implements Array {
  public Row {
    if (buffer.layout() != Buffer.Layout.PLANAR) {
      throw new IllegalArgumentException(buffer.name() + " has no rows");
    }
  }
}
