package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.schedule.RegisterTile.Start;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sums over every weight by {@link RegisterTile}. Output channels come in groups of as many as a
 * tile has rows; beyond the last there are zeros.
 */
final class RegisterSums implements PlaneSums {
  private final ConvGeometry g;
  private final PlaneBlocking blocking;
  private final Optional<RegisterTile.Taps> inPlace;
  private final int rows;
  private final int padded;
  private final int places;
  private final @Nullable Buffer table;
  private final Buffer w;
  private final Buffer b;

  /**
   * Sums of a convolution.
   *
   * @param places of the largest tile
   * @param inPlace where the taps are read in place, else empty
   */
  RegisterSums(ConvGeometry g, KernelBuilder k, int places, Optional<RegisterTile.Taps> inPlace) {
    this.g = g;
    this.places = places;
    this.inPlace = inPlace;
    this.rows = rows(g);
    this.padded = Loops.ceilDiv(g.groupOc(), rows) * rows;
    this.blocking = blocking(g, k);
    this.table = inPlace.map(t -> k.weights("places", t.table(blocking.icBlock()))).orElse(null);
    this.w = k.weights("w", packed(k.constant(1).orElseThrow()));
    Optional<Tensor> bias = k.inputs() > 2 ? k.constant(2) : Optional.empty();
    TensorType type = TensorType.of(DType.FLOAT32, g.group() * padded);
    this.b =
        k.weights(
            "b",
            Tensor.fromDoubles(
                type,
                i ->
                    bias.isPresent() && i % padded < g.groupOc()
                        ? bias.get().doubleAt(i / padded * g.groupOc() + i % padded)
                        : 0));
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    List<Candidate> all = new ArrayList<>();
    PlaneTiling tiling = PlaneTiling.of(g, k.target().planeLength());
    all.add(
        new Candidate(
            "dense registers",
            new PlaneCost(g, tiling, k.target()).registers(blocking(g, k)),
            0,
            g.weightBytes(),
            () ->
                PlaneConv.lower(
                    g, k, tiling, new RegisterSums(g, k, tiling.tileLength(), Optional.empty()))));
    if (g.taps() > 1) {
      PlaneTiling padded = PlaneTiling.inPlace(g, k.target().planeLength());
      all.add(
          new Candidate(
              "dense registers in place",
              new PlaneCost(g, padded, k.target()).registersInPlace(blocking(g, k)),
              0,
              g.weightBytes(),
              () ->
                  PlaneConv.lower(
                      g,
                      k,
                      padded,
                      new RegisterSums(
                          g,
                          k,
                          padded.tileLength(),
                          Optional.of(new TapCopies(g, k, padded, true).places())))));
    }
    return all;
  }

  /** Whether there are registers, and weights and bias are known. */
  private static boolean applies(ConvGeometry g, KernelBuilder k) {
    return PlaneConv.applies(g, k)
        && k.target().vectorApi()
        && g.dtype() == DType.FLOAT32
        && (k.inputs() < 3 || k.constant(2).isPresent());
  }

  private static int rows(ConvGeometry g) {
    return Math.min(RegisterTile.MOST_ROWS, g.groupOc());
  }

  /** How channels are blocked: whole tiles of output channels. */
  private static PlaneBlocking blocking(ConvGeometry g, KernelBuilder k) {
    PlaneBlocking dense = PlaneBlocking.dense(g, k.target());
    int rows = rows(g);
    int ocBlock = Loops.ceilDiv(dense.ocBlock(), rows) * rows;
    return new PlaneBlocking(dense.icBlock(), dense.blocks(), ocBlock, dense.terms());
  }

  @Override
  public PlaneBlocking blocking() {
    return blocking;
  }

  @Override
  public int ocStep() {
    return rows;
  }

  @Override
  public int room(int places) {
    return RegisterTile.room(places);
  }

  @Override
  public boolean inPlace() {
    return inPlace.isPresent();
  }

  @Override
  public String description() {
    return "registers of output places" + (inPlace() ? ", taps read in place" : "");
  }

  @Override
  public Stmt add(
      Buffer p,
      Buffer acc,
      Expr group,
      Expr block,
      boolean first,
      Expr oc0,
      Expr count,
      Expr length) {
    RegisterTile plain = RegisterTile.of(rows, places, first ? Start.ROW_BIAS : Start.RESULT);
    RegisterTile tile = inPlace.map(plain::ofTaps).orElse(plain);
    Expr tiles = Exprs.div(Exprs.add(count, rows - 1), Exprs.intLit(rows));
    return Loops.each(
        "r",
        tiles,
        r -> {
          Expr row = Exprs.mul(r, rows);
          Expr channel = Exprs.add(oc0, row);
          Expr panel = Exprs.add(Exprs.mul(group, blocking.blocks()), block);
          Expr at = Exprs.mul(Exprs.add(Exprs.mul(panel, padded), channel), blocking.terms());
          return tile.call(
              new RegisterTile.Operands(
                  p,
                  Exprs.intLit(blocking.terms()),
                  Exprs.intLit(0),
                  w,
                  at,
                  Exprs.intLit(1),
                  acc,
                  row,
                  b,
                  Exprs.add(Exprs.mul(group, padded), channel),
                  length,
                  table));
        });
  }

  /**
   * Weights in reading order: [group, block of input channels, tile of output channels, input
   * channel in block, tap, output channel in tile], zero beyond the last channel.
   */
  private Reordered packed(Tensor weights) {
    int terms = blocking.terms();
    int perGroup = g.groupOc() * g.groupC() * g.taps();
    return Packing.gather(
        weights,
        g.group() * blocking.blocks() * padded * terms,
        i -> {
          int inTile = i % rows;
          int term = i / rows % terms;
          int tile = i / rows / terms % (padded / rows);
          int block = i / rows / terms / (padded / rows) % blocking.blocks();
          int group = i / terms / padded / blocking.blocks();
          int oc = tile * rows + inTile;
          int ic = block * blocking.icBlock() + term / g.taps();
          return ic < g.groupC() && oc < g.groupOc()
              ? group * perGroup + (oc * g.groupC() + ic) * g.taps() + term % g.taps()
              : -1;
        });
  }
}
