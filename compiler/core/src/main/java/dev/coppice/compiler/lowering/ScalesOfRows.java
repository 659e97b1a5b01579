package dev.coppice.compiler.lowering;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scales of rows of elements, many of which have the same: those of panels of channels where a
 * block of inputs with a scale does not lie together, since a kernel goes through the taps first.
 *
 * @param width elements of a row, each with a scale
 * @param rows which of the different rows of scales each row has; bytes, or 16-bit integers
 * @param scales the different rows of scales; not a copy
 */
record ScalesOfRows(int width, Tensor rows, float[] scales) implements ElementScales {
  /** Registers of some numbers of lanes. */
  private static final int[] WIDTHS = {32, 16, 8};

  /** A form for each width; none if there are no whole rows, or too many different ones. */
  static List<ScalesOfRows> of(Reordered elements, ScaledLevels levels) {
    List<ScalesOfRows> all = new ArrayList<>();
    for (int width : WIDTHS) {
      of(elements, levels, width).ifPresent(all::add);
    }
    return all;
  }

  private static Optional<ScalesOfRows> of(Reordered elements, ScaledLevels levels, int width) {
    int size = elements.data().size();
    if (size % width != 0) {
      return Optional.empty();
    }
    Map<List<Integer>, Integer> different = new LinkedHashMap<>();
    int[] numbers = new int[size / width];
    for (int r = 0; r < numbers.length; r++) {
      List<Integer> groups = new ArrayList<>();
      for (int c = 0; c < width; c++) {
        int at = elements.order().applyAsInt(r * width + c);
        groups.add(at < 0 ? -1 : levels.group(at));
      }
      different.putIfAbsent(groups, different.size());
      numbers[r] = different.get(groups);
    }
    if (different.size() > Short.MAX_VALUE) {
      return Optional.empty();
    }
    float[] scales = new float[different.size() * width];
    int n = 0;
    for (List<Integer> groups : different.keySet()) {
      for (int group : groups) {
        scales[n++] = group < 0 ? 1 : levels.scales()[group];
      }
    }
    DType dtype = different.size() > 1 << Byte.SIZE ? DType.INT16 : DType.INT8;
    TensorType type = TensorType.of(dtype, numbers.length);
    Tensor rows = Tensor.fromLongs(type, r -> dtype == DType.INT8 ? (byte) numbers[r] : numbers[r]);
    return Optional.of(new ScalesOfRows(width, rows, scales));
  }

  private boolean inBytes() {
    return rows.dtype() == DType.INT8;
  }

  @Override
  public int[] numbers() {
    int[] numbers = new int[rows.size() * width];
    for (int i = 0; i < numbers.length; i++) {
      int row = (int) rows.longAt(i / width);
      numbers[i] = (inBytes() ? row & 255 : row) * width + i % width;
    }
    return numbers;
  }

  @Override
  public Optional<Tensor> index() {
    return Optional.of(rows);
  }

  @Override
  public Stmt each(Optional<Buffer> index, Body body) {
    return Stmts.loop(
        "r",
        rows.size(),
        r -> {
          Var first = new Var("first", LoopType.INT);
          Expr row = load(index.orElseThrow(), r);
          return Stmts.block(
              Stmts.local(first, mul(inBytes() ? and(row, intLit(255)) : row, width)),
              Stmts.loop("c", width, c -> body.apply(add(mul(r, width), c), add(ref(first), c))));
        });
  }
}
