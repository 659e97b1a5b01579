package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.tensor.DType;

/** How constant weights lie in memory, from where they come to registers as floats. */
enum WeightForm {
  FLOATS("floats", DType.FLOAT32, 0),
  /** The bits of binary16. */
  HALVES("halves", DType.INT16, 5),
  /** Integers; the sums of a channel are multiplied with its scale. */
  BYTES("bytes", DType.INT8, 2);

  /** Where the fraction of a float has that of a binary16. */
  private static final int FRACTION = 13;

  /** The bits of a binary16, its sign stretched over the upper half of an int, within a float. */
  private static final int BITS = 0x8fff_e000;

  /** What the exponents of float and binary16 differ by; a product with it is exact. */
  private static final float EXPONENT = 0x1p112f;

  /** Bytes that a register load takes at least. */
  private static final int LEAST_LOAD = 8;

  private final String label;
  private final DType stored;
  private final int operations;

  WeightForm(String label, DType stored, int operations) {
    this.label = label;
    this.stored = stored;
    this.operations = operations;
  }

  /** What the elements are called. */
  String label() {
    return label;
  }

  /** The type of the elements in memory. */
  DType stored() {
    return stored;
  }

  /** Operations that make a register of floats, beside the load. */
  int operations() {
    return operations;
  }

  /** Registers that hold constants of the conversion. */
  int constants() {
    return this == HALVES ? 2 : 0;
  }

  /** Elements behind the last one that a register load may touch. */
  int beyond() {
    return this == BYTES ? LEAST_LOAD : 0;
  }

  /** A register of floats from {@code at} on; of bytes without their scale. */
  Expr register(Buffer w, Expr at) {
    Expr stored = Exprs.loadRegister(w, at);
    return switch (this) {
      case FLOATS -> stored;
      case BYTES -> Exprs.cast(LoopType.FLOAT.times(LoopType.REGISTER), stored);
      case HALVES -> {
        Expr shifted = Exprs.binary(BinaryOp.SHL, stored, Exprs.intLit(FRACTION));
        Expr bits = Exprs.and(shifted, Exprs.broadcast(Exprs.intLit(BITS), LoopType.REGISTER));
        Expr small = Exprs.call(Intrinsic.FLOAT_OF_BITS, bits);
        yield Exprs.mul(small, Exprs.broadcast(Exprs.floatLit(EXPONENT), LoopType.REGISTER));
      }
    };
  }
}
