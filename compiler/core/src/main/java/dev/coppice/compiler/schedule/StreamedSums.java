package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums over the non-zero weights of an ungrouped convolution, read from streams: for each block and
 * output channel, plane numbers and factors, filled up to a multiple of four with zero factors.
 * Weights that are int8 multiples of a scale per output channel are streamed as bytes and the sums
 * scaled at the end.
 */
final class StreamedSums implements PlaneSums {
  private final ConvGeometry g;
  private final PlaneBlocking blocking;
  private final SparseWeights weights;
  private final Buffer ends;
  private final Buffer planeIndex;
  private final Buffer factors;
  private final @Nullable Buffer scales;
  private final @Nullable Buffer b;

  StreamedSums(
      ConvGeometry g,
      KernelBuilder k,
      PlaneBlocking blocking,
      SparseWeights weights,
      ChannelScales channelScales) {
    this.g = g;
    this.blocking = blocking;
    this.weights = weights;
    List<Long> ends = new ArrayList<>();
    List<Integer> planes = new ArrayList<>();
    List<Float> values = new ArrayList<>();
    for (List<List<SparseWeights.Term>> channels : weights.chains()) {
      for (int oc = 0; oc < g.oc(); oc++) {
        for (SparseWeights.Term t : channels.get(oc)) {
          planes.add(t.plane());
          values.add(channelScales.isInt8() ? channelScales.quantized(oc, t.weight()) : t.weight());
        }
        while (planes.size() % Axpy.TERMS != 0) {
          planes.add(0);
          values.add(0f);
        }
        ends.add((long) planes.size());
      }
    }
    this.ends = k.weights("ends", integers(DType.INT32, ends.size(), ends::get));
    DType indexType = blocking.terms() <= 256 ? DType.UINT8 : DType.INT16;
    this.planeIndex = k.weights("planes", integers(indexType, planes.size(), i -> planes.get(i)));
    DType valueType = channelScales.isInt8() ? DType.INT8 : DType.FLOAT32;
    this.factors =
        k.weights(
            "w", Tensor.fromDoubles(TensorType.of(valueType, values.size()), i -> values.get(i)));
    this.scales = channelScales.isInt8() ? k.weights("scales", channelScales.tensor()) : null;
    this.b = k.inputs() > 2 ? k.input(2, "b") : null;
  }

  private static Tensor integers(
      DType type, int count, java.util.function.IntToLongFunction value) {
    return Tensor.fromLongs(new TensorType(type, Shape.of(count)), value);
  }

  @Override
  public PlaneBlocking blocking() {
    return blocking;
  }

  @Override
  public String description() {
    return "planes of output places, " + weights.count() + " non-zero weights from streams";
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
    return Stmts.loop(
        "oc",
        g.oc(),
        oc -> {
          Expr chain = Exprs.add(Exprs.mul(block, g.oc()), oc);
          Array sum = Exprs.row(acc, oc);
          Expr from =
              first
                  ? Exprs.select(
                      Exprs.eq(oc, Exprs.intLit(0)),
                      Exprs.intLit(0),
                      Exprs.load(ends, Exprs.max(Exprs.add(chain, -1), Exprs.intLit(0))))
                  : Exprs.load(ends, Exprs.add(chain, -1));
          Stmt terms =
              Stmts.loop(
                  "j",
                  from,
                  Exprs.load(ends, chain),
                  Axpy.TERMS,
                  Stmt.AxisKind.REDUCE,
                  j -> {
                    List<Array> arrays = new ArrayList<>();
                    List<Expr> values = new ArrayList<>();
                    for (int i = 0; i < Axpy.TERMS; i++) {
                      arrays.add(Exprs.row(p, Exprs.load(planeIndex, Exprs.add(j, i))));
                      values.add(Exprs.cast(LoopType.FLOAT, Exprs.load(factors, Exprs.add(j, i))));
                    }
                    return Axpy.accumulate(sum, arrays, values, length);
                  });
          if (!first) {
            return terms;
          }
          Expr bias = b == null || scales != null ? Exprs.floatLit(0) : Exprs.load(b, oc);
          return Stmts.block(Stmts.fill(sum, Exprs.intLit(0), length, bias), terms);
        });
  }

  @Override
  public @Nullable Scaling scaling(Expr oc) {
    if (scales == null) {
      return null;
    }
    return new Scaling(Exprs.load(scales, oc), b == null ? Exprs.floatLit(0) : Exprs.load(b, oc));
  }
}
