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
 * to scratch, then rows.
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
    private final Var oStep = new Var("oStep", LoopType.INT);
    private final Var oPitch = new Var("oPitch", LoopType.INT);
    private final Var xAt = new Var("xAt", LoopType.INT);
    private final Var xStep = new Var("xStep", LoopType.INT);
    private final Var xPitch = new Var("xPitch", LoopType.INT);
    private final Var channels = new Var("channels", LoopType.INT);
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
            f,
            c ->
                Stmts.block(
                    columns(
                        f, matrices.input(), (i, j) -> place(f.xAt, f.xPitch, i, f.xStep, j, c)),
                    rows(
                        f,
                        n,
                        matrices.input(),
                        (i, j, value) -> Stmts.store(f.o, input(f, i, n, j, c), value))));
    Function function =
        new Function(
            "winogradInput" + matrices.outputs(),
            "o = B' x B for each channel of a tile.",
            List.of(f.o, f.x, f.columns),
            List.of(f.oAt, f.oStep, f.xAt, f.xStep, f.xPitch, f.channels),
            body);
    return Stmts.invoke(
        function,
        List.of(o, x, columns),
        List.of(
            oAt,
            Exprs.intLit(oStep),
            xAt,
            Exprs.intLit(xStep),
            Exprs.intLit(xPitch),
            Exprs.intLit(channels)));
  }

  private static Expr input(Parameters f, Expr i, int n, int j, Expr c) {
    Expr product = Exprs.add(Exprs.mul(i, n), j);
    return Exprs.add(Exprs.add(Exprs.ref(f.oAt), Exprs.mul(product, Exprs.ref(f.oStep))), c);
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
            f,
            c -> {
              SharedRegisters shared = new SharedRegisters("constant");
              Stmt rows =
                  rows(
                      f,
                      matrices.outputs(),
                      matrices.output(),
                      (i, j, value) -> result(f, i, j, c, value, shared));
              List<Stmt> all = new ArrayList<>();
              all.add(columns(f, matrices.output(), (i, j) -> sum(f, i, n, j, c)));
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
            List.of(f.oAt, f.oStep, f.oPitch, f.xAt, f.xStep, f.channels),
            body);
    return Stmts.invoke(
        function,
        arrays,
        List.of(
            oAt,
            Exprs.intLit(oStep),
            Exprs.intLit(oPitch),
            xAt,
            Exprs.intLit(xStep),
            Exprs.intLit(channels)));
  }

  private static Expr sum(Parameters f, int i, int n, Expr j, Expr c) {
    Expr product = Exprs.add(j, i * n);
    return Exprs.add(Exprs.add(Exprs.ref(f.xAt), Exprs.mul(product, Exprs.ref(f.xStep))), c);
  }

  private Stmt result(Parameters f, Expr i, int j, Expr c, Expr value, SharedRegisters shared) {
    Expr at =
        Exprs.add(
            Exprs.add(Exprs.ref(f.oAt), Exprs.mul(i, Exprs.ref(f.oPitch))),
            Exprs.add(j == 0 ? Exprs.intLit(0) : Exprs.mul(Exprs.ref(f.oStep), j), c));
    Expr biased = Exprs.add(value, shared.of(Exprs.loadRegister(f.bias, c)));
    return RegisterEpilogue.store(epilogue, f.o, at, biased, c, shared);
  }

  private static Expr place(Var from, Var pitch, int i, Var step, Expr j, Expr c) {
    Expr row = i == 0 ? Exprs.intLit(0) : Exprs.mul(Exprs.ref(pitch), i);
    return Exprs.add(Exprs.add(Exprs.ref(from), row), Exprs.add(Exprs.mul(j, Exprs.ref(step)), c));
  }

  /** A loop over the channels; the last register begins earlier where they fill no whole one. */
  private static Stmt registers(Parameters f, java.util.function.Function<Expr, Stmt> body) {
    Expr channels = Exprs.ref(f.channels);
    Expr count = Exprs.div(Exprs.add(Exprs.add(channels, Exprs.lanes()), -1), Exprs.lanes());
    Var c = new Var("c", LoopType.INT);
    return Stmts.loop(
        "register",
        Exprs.intLit(0),
        count,
        1,
        Stmt.AxisKind.PARALLEL,
        r ->
            Stmts.block(
                Stmts.local(
                    c, Exprs.min(Exprs.mul(r, Exprs.lanes()), Exprs.sub(channels, Exprs.lanes()))),
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
