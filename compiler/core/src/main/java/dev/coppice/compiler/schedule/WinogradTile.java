package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.SharedRegisters;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The transformations of {@link Winograd} for one tile, a register of channels at a time: columns
 * to scratch, then rows. Distances are written as constants, so that HotSpot checks bounds before
 * the loop over channels and not in it.
 *
 * @param matrices which
 * @param epilogue what is done with results before they are stored
 */
record WinogradTile(Winograd matrices, @Nullable RegisterEpilogue epilogue) {
  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /** Elements of scratch that a transformation needs. */
  int scratch() {
    return matrices.products() * LoopType.MOST_LANES;
  }

  /** The parameters of both functions. */
  private static final class Parameters {
    private final Buffer o = Buffer.flat("o", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer columns = Buffer.flat("columns", DType.FLOAT32, Buffer.Role.SCRATCH, 0);
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var oAt = new Var("oAt", LoopType.INT);
    private final Var xAt = new Var("xAt", LoopType.INT);
  }

  /**
   * Transforms the inputs of a tile.
   *
   * @param o transformed inputs, each of them {@code oStep} from the one before
   * @param x inputs: places {@code xStep} apart in rows {@code xPitch} apart
   * @param columns scratch
   * @param channels of each place, at least a register
   */
  Stmt input(
      Buffer o,
      Expr oAt,
      int oStep,
      Buffer x,
      Expr xAt,
      int xStep,
      int xPitch,
      Buffer columns,
      int channels) {
    int n = matrices.inputs();
    Parameters f = new Parameters();
    Stmt body =
        registers(
            channels,
            c ->
                Stmts.block(
                    columns(
                        f,
                        matrices.input(),
                        (i, j) ->
                            Exprs.add(
                                Exprs.add(Exprs.ref(f.xAt), c),
                                Exprs.add(Exprs.mul(j, xStep), i * xPitch))),
                    rows(
                        f,
                        n,
                        matrices.input(),
                        (i, j, value) -> Stmts.store(f.o, input(f, i, n, j, oStep, c), value))));
    Function function =
        new Function(
            "winogradInput" + matrices.outputs(),
            "o = B' x B for each channel of a tile.",
            List.of(f.o, f.x, f.columns),
            List.of(f.oAt, f.xAt),
            body);
    return Stmts.invoke(function, List.of(o, x, columns), List.of(oAt, xAt));
  }

  private static Expr input(Parameters f, Expr i, int n, int j, int oStep, Expr c) {
    return Exprs.add(Exprs.add(Exprs.ref(f.oAt), c), product(i, n, j, oStep));
  }

  /** Where element {@code j} of row {@code i} of a transformed tile is. */
  private static Expr product(Expr i, int n, int j, int step) {
    return Exprs.add(Exprs.mul(i, n * step), j * step);
  }

  /**
   * Transforms the sums of a tile back.
   *
   * @param o results: places {@code oStep} apart in rows {@code oPitch} apart
   * @param x sums, each of them {@code xStep} from the one before
   * @param columns scratch
   * @param bias one number for each channel
   * @param channels of each place, at least a register
   */
  Stmt output(
      Buffer o,
      Expr oAt,
      int oStep,
      int oPitch,
      Buffer x,
      Expr xAt,
      int xStep,
      Buffer columns,
      Buffer bias,
      int channels) {
    int n = matrices.inputs();
    Parameters f = new Parameters();
    Stmt body =
        registers(
            channels,
            c -> {
              SharedRegisters shared = new SharedRegisters("constant");
              Stmt rows =
                  rows(
                      f,
                      matrices.outputs(),
                      matrices.output(),
                      (i, j, value) -> {
                        Expr at = Exprs.add(Exprs.mul(i, oPitch), j * oStep);
                        return result(f, at, c, value, shared);
                      });
              List<Stmt> all = new ArrayList<>();
              all.add(columns(f, matrices.output(), (i, j) -> sum(f, i * n, j, xStep, c)));
              all.addAll(shared.declarations());
              all.add(rows);
              return Stmts.block(all);
            });
    List<Buffer> parameters = new ArrayList<>(List.of(f.o, f.x, f.columns, f.bias));
    List<Array> arrays = new ArrayList<>(List.of(o, x, columns, bias));
    if (epilogue != null) {
      parameters.addAll(epilogue.parameters());
      arrays.addAll(epilogue.arguments());
    }
    Function function =
        new Function(
            "winogradOutput" + matrices.outputs() + (epilogue == null ? "" : "Finish"),
            "o = A' x A for each channel of a tile.",
            parameters,
            List.of(f.oAt, f.xAt),
            body);
    return Stmts.invoke(function, arrays, List.of(oAt, xAt));
  }

  private static Expr sum(Parameters f, int before, Expr j, int xStep, Expr c) {
    Expr at = Exprs.add(Exprs.mul(j, xStep), before * xStep);
    return Exprs.add(Exprs.add(Exprs.ref(f.xAt), c), at);
  }

  /** Stores the result at {@code place} of the tile. */
  private Stmt result(Parameters f, Expr place, Expr c, Expr value, SharedRegisters shared) {
    Expr at = Exprs.add(Exprs.add(Exprs.ref(f.oAt), c), place);
    Expr biased = Exprs.add(value, shared.of(Exprs.loadRegister(f.bias, c)));
    return RegisterEpilogue.store(epilogue, f.o, at, biased, c, shared);
  }

  /** A loop over the channels; the last register begins earlier where they fill no whole one. */
  private static Stmt registers(int channels, java.util.function.Function<Expr, Stmt> body) {
    Expr count = Exprs.div(Exprs.add(Exprs.lanes(), channels - 1), Exprs.lanes());
    Expr last = Exprs.sub(Exprs.intLit(channels), Exprs.lanes());
    Var c = new Var("c", LoopType.INT);
    return Stmts.loop(
        "register",
        Exprs.intLit(0),
        count,
        1,
        Stmt.AxisKind.PARALLEL,
        r ->
            Stmts.block(
                Stmts.local(c, Exprs.min(Exprs.mul(r, Exprs.lanes()), last)),
                body.apply(Exprs.ref(c))));
  }

  private interface Place {
    Expr of(int i, Expr j);
  }

  /** {@code map} times every column of the tile, to rows of scratch. */
  private Stmt columns(Parameters f, double[][] map, Place from) {
    int n = matrices.inputs();
    return Stmts.loop(
        "j",
        n,
        j ->
            loaded(
                n,
                i -> Exprs.loadRegister(f.x, from.of(i, j)),
                x ->
                    LinearMap.of(
                        map,
                        x,
                        (i, value) ->
                            Stmts.store(f.columns, scratch(Exprs.add(j, i * n)), value))));
  }

  private interface Results {
    Stmt take(Expr i, int j, Expr value);
  }

  /** {@code map} times each of {@code count} rows of scratch. */
  private Stmt rows(Parameters f, int count, double[][] map, Results results) {
    int n = matrices.inputs();
    return Stmts.loop(
        "i",
        count,
        i ->
            loaded(
                n,
                j -> Exprs.loadRegister(f.columns, scratch(Exprs.add(Exprs.mul(i, n), j))),
                x -> LinearMap.of(map, x, (j, value) -> results.take(i, j, value))));
  }

  private static Expr scratch(Expr place) {
    return Exprs.mul(place, LoopType.MOST_LANES);
  }

  private static Stmt loaded(
      int count, IntFunction<Expr> load, java.util.function.Function<List<Expr>, Stmt> body) {
    List<Stmt> all = new ArrayList<>();
    List<Expr> x = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Var v = new Var("x" + i, REGISTER);
      all.add(Stmts.local(v, load.apply(i)));
      x.add(Exprs.ref(v));
    }
    all.add(body.apply(x));
    return Stmts.block(all);
  }
}
