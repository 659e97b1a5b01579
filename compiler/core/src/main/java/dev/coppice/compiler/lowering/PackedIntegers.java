package dev.coppice.compiler.lowering;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Elements that are whole numbers, as their distances from the smallest that is possible: 1, 2, 4
 * or 8 bits each, the first of a byte in its lowest bits. There is no table.
 *
 * @param distances bytes of them
 * @param first the number at distance 0
 * @param bits of a distance
 * @param elements number of elements
 */
record PackedIntegers(Tensor distances, int first, int bits, int elements) implements CodedTensor {
  /** Magnitudes beyond are not looked at. */
  private static final int MOST = 1 << 16;

  /** The form of floats; empty if one is no integer or they are too far apart. */
  static Optional<PackedIntegers> of(Tensor data) {
    if (data.dtype() != DType.FLOAT32) {
      return Optional.empty();
    }
    int least = MOST;
    int most = -MOST;
    for (int i = 0; i < data.size(); i++) {
      float value = data.floatAt(i);
      int integer = (int) value;
      boolean same = Float.floatToRawIntBits(integer) == Float.floatToRawIntBits(value);
      if (!same || Math.abs(integer) > MOST) {
        return Optional.empty();
      }
      least = Math.min(least, integer);
      most = Math.max(most, integer);
    }
    for (int bits = 1; bits <= Byte.SIZE; bits *= 2) {
      // The same for many tensors, so that they have a kernel in common.
      int even = least >= 0 ? 0 : -(1 << bits - 1);
      int first = least >= even && most - even < 1 << bits ? even : least;
      if (most - first < 1 << bits) {
        return Optional.of(new PackedIntegers(packed(data, first, bits), first, bits, data.size()));
      }
    }
    return Optional.empty();
  }

  private static Tensor packed(Tensor data, int first, int bits) {
    int each = Byte.SIZE / bits;
    return Tensor.fromLongs(
        TensorType.of(DType.INT8, (data.size() + each - 1) / each),
        at -> {
          int all = 0;
          int from = at * each;
          for (int i = from; i < Math.min(from + each, data.size()); i++) {
            all |= (int) data.floatAt(i) - first << (i - from) * bits;
          }
          return (byte) all;
        });
  }

  private int each() {
    return Byte.SIZE / bits;
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("integers", distances));
  }

  @Override
  public int length() {
    return distances.size() * each();
  }

  @Override
  public Kernel decode() {
    Buffer from = Buffer.flat("integers", DType.INT8, Role.WEIGHTS, distances.size());
    Buffer w = Buffer.flat("w", DType.FLOAT32, Role.OUTPUT, length());
    Stmt body =
        Stmts.loop(
            "i",
            distances.size(),
            i -> {
              Var all = new Var("all", LoopType.INT);
              List<Stmt> statements = new ArrayList<>();
              statements.add(Stmts.local(all, load(from, i)));
              for (int j = 0; j < each(); j++) {
                Expr q = add(and(shiftRight(Exprs.ref(all), j * bits), intLit(mask())), first);
                statements.add(Stmts.store(w, add(mul(i, each()), j), cast(LoopType.FLOAT, q)));
              }
              return Stmts.block(statements);
            });
    String comment = "w[" + elements + "] = integers of " + bits + " bits";
    return new Kernel("decode", comment, List.of(from, w), body);
  }

  private int mask() {
    return (1 << bits) - 1;
  }

  private static Expr shiftRight(Expr e, int by) {
    return by == 0 ? e : Exprs.binary(Expr.BinaryOp.USHR, e, intLit(by));
  }
}
