package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The microkernel of depthwise convolution whose channels lie side by side: a few places of a row
 * and a register of channels at a time, with every tap written out.
 *
 * @param places places whose sums are in registers at once
 * @param kernelRows rows of the kernel
 * @param kernelColumns columns of the kernel
 * @param stride input places between two places
 * @param dilation input places between two columns of the kernel
 * @param epilogue what is done with the sums before they are stored
 */
record DepthwiseTile(
    int places,
    int kernelRows,
    int kernelColumns,
    int stride,
    int dilation,
    @Nullable RegisterEpilogue epilogue) {
  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);

  /** HotSpot 17 gives up on methods with more vector operations, and each makes an object. */
  private static final int MOST_OPERATIONS = 145;

  /** More sums than these leave no register for weights on machines with 16. */
  private static final int MOST_PLACES = 8;

  /** Most places of a tile; 0 if there are too many taps to be written out. */
  static int mostPlaces(int kernelRows, int kernelColumns, int stride, int dilation) {
    int places = MOST_PLACES;
    while (places > 0) {
      int loads =
          Math.min(
              (places - 1) * stride + (kernelColumns - 1) * dilation + 1, places * kernelColumns);
      int row = kernelColumns + loads + places * kernelColumns;
      if (4 * places + kernelRows * row <= MOST_OPERATIONS) {
        return places;
      }
      places--;
    }
    return places;
  }

  /**
   * Where the operands are; all are flat.
   *
   * @param y results
   * @param yAt channel 0 of the first place
   * @param yStep distance of two places
   * @param x inputs
   * @param xAt channel 0 of what the first tap of the first place reads
   * @param xStep distance of two places
   * @param xPitch distance of what two rows of the kernel read
   * @param w weights, channels of each tap side by side
   * @param bias one number for each channel
   * @param channels number of channels, at least a register
   */
  record Operands(
      Buffer y,
      Expr yAt,
      int yStep,
      Buffer x,
      Expr xAt,
      int xStep,
      int xPitch,
      Buffer w,
      Buffer bias,
      int channels) {}

  /** The call that computes the tile of these operands. */
  Stmt call(Operands o) {
    List<Array> arrays = new ArrayList<>(List.of(o.y, o.x, o.w, o.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.arguments());
    }
    return Stmts.invoke(
        function(),
        arrays,
        List.of(
            o.yAt,
            Exprs.intLit(o.yStep),
            o.xAt,
            Exprs.intLit(o.xStep),
            Exprs.intLit(o.xPitch),
            Exprs.intLit(o.channels)));
  }

  /** The parameters of the function. */
  private static final class Parameters {
    private final Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 0);
    private final Buffer x = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer w = Buffer.flat("w", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Buffer bias = Buffer.flat("bias", DType.FLOAT32, Buffer.Role.INPUT, 0);
    private final Var yAt = new Var("yAt", LoopType.INT);
    private final Var yStep = new Var("yStep", LoopType.INT);
    private final Var xAt = new Var("xAt", LoopType.INT);
    private final Var xStep = new Var("xStep", LoopType.INT);
    private final Var xPitch = new Var("xPitch", LoopType.INT);
    private final Var channels = new Var("channels", LoopType.INT);
  }

  private Function function() {
    Parameters f = new Parameters();
    List<Buffer> arrays = new ArrayList<>(List.of(f.y, f.x, f.w, f.bias));
    if (epilogue != null) {
      arrays.addAll(epilogue.parameters());
    }
    Expr channels = Exprs.ref(f.channels);
    Expr last = Exprs.sub(channels, Exprs.lanes());
    Expr registers = Exprs.div(Exprs.add(Exprs.add(channels, Exprs.lanes()), -1), Exprs.lanes());
    Stmt body =
        Stmts.loop(
            "register",
            Exprs.intLit(0),
            registers,
            1,
            Stmt.AxisKind.PARALLEL,
            r -> tile(f, Exprs.min(Exprs.mul(r, Exprs.lanes()), last)));
    return new Function(
        "depthwise"
            + kernelRows
            + "x"
            + kernelColumns
            + (stride > 1 ? "Stride" + stride : "")
            + (dilation > 1 ? "Dilation" + dilation : "")
            + "Of"
            + places
            + (epilogue == null ? "" : "Finish"),
        "y = sums of x * w over the taps of " + places + " places, for every channel.",
        arrays,
        List.of(f.yAt, f.yStep, f.xAt, f.xStep, f.xPitch, f.channels),
        body);
  }

  private Stmt tile(Parameters f, Expr from) {
    Var c = new Var("c", LoopType.INT);
    List<Stmt> body = new ArrayList<>(List.of(Stmts.local(c, from)));
    Var bias = new Var("first", REGISTER);
    body.add(Stmts.local(bias, Exprs.loadRegister(f.bias, Exprs.ref(c))));
    Var[] sums = new Var[places];
    for (int p = 0; p < places; p++) {
      sums[p] = new Var("sum" + p, REGISTER);
      body.add(Stmts.local(sums[p], Exprs.ref(bias)));
    }
    for (int i = 0; i < kernelRows; i++) {
      row(f, c, i, sums, body);
    }
    SharedRegisters constants = new SharedRegisters("constant");
    List<Stmt> stores = new ArrayList<>();
    for (int p = 0; p < places; p++) {
      Expr at = Exprs.add(Exprs.add(Exprs.ref(f.yAt), times(p, f.yStep)), Exprs.ref(c));
      Expr sum = Exprs.ref(sums[p]);
      Expr value = epilogue == null ? sum : epilogue.apply(sum, at, Exprs.ref(c), constants);
      stores.add(Stmts.store(f.y, at, value));
    }
    body.addAll(constants.declarations());
    body.addAll(stores);
    return Stmts.block(body);
  }

  /** Adds what row {@code i} of the kernel meets: every input is loaded once. */
  private void row(Parameters f, Var c, int i, Var[] sums, List<Stmt> body) {
    Var[] w = new Var[kernelColumns];
    for (int j = 0; j < kernelColumns; j++) {
      w[j] = new Var("w" + i + "_" + j, REGISTER);
      Expr at = Exprs.add(times(i * kernelColumns + j, f.channels), Exprs.ref(c));
      body.add(Stmts.local(w[j], Exprs.loadRegister(f.w, at)));
    }
    int span = (places - 1) * stride + (kernelColumns - 1) * dilation + 1;
    for (int column = 0; column < span; column++) {
      Var x = new Var("x" + i + "_" + column, REGISTER);
      boolean loaded = false;
      for (int j = 0; j < kernelColumns; j++) {
        int place = column - j * dilation;
        if (place < 0 || place % stride != 0 || place / stride >= places) {
          continue;
        }
        if (!loaded) {
          Expr at = Exprs.add(Exprs.ref(f.xAt), times(i, f.xPitch));
          at = Exprs.add(Exprs.add(at, times(column, f.xStep)), Exprs.ref(c));
          body.add(Stmts.local(x, Exprs.loadRegister(f.x, at)));
          loaded = true;
        }
        Var sum = sums[place / stride];
        body.add(
            Stmts.assign(
                sum, Exprs.call(Intrinsic.MUL_ADD, Exprs.ref(x), Exprs.ref(w[j]), Exprs.ref(sum))));
      }
    }
  }

  private static Expr times(int count, Var step) {
    return count == 0 ? Exprs.intLit(0) : Exprs.mul(Exprs.ref(step), count);
  }
}
