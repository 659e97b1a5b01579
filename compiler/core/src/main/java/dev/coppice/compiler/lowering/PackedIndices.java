package dev.coppice.compiler.lowering;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
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
import dev.coppice.compiler.tensor.ValueTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Elements as indices of a table, 1, 2, 4 or 8 bits each: the first of a byte in its lowest bits.
 */
record PackedIndices(Tensor indices, Tensor values, int bits, int elements) implements CodedTensor {
  /** The elements of {@code data}, whose values {@code table} has. */
  PackedIndices(Tensor data, ValueTable table) {
    this(packed(data, table), table.values(), table.indexBits(), data.size());
  }

  private static Tensor packed(Tensor data, ValueTable table) {
    int bits = table.indexBits();
    int each = Byte.SIZE / bits;
    return Tensor.fromLongs(
        TensorType.of(DType.INT8, (data.size() + each - 1) / each),
        at -> {
          int all = 0;
          int first = at * each;
          for (int i = first; i < Math.min(first + each, data.size()); i++) {
            all |= table.index(data.floatAt(i)) << (i - first) * bits;
          }
          return (byte) all;
        });
  }

  /** Indices in a byte. */
  private int each() {
    return Byte.SIZE / bits;
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("indices", indices), new Part("values", values));
  }

  @Override
  public int length() {
    return indices.size() * each();
  }

  @Override
  public Kernel decode() {
    Buffer from = Buffer.flat("indices", DType.INT8, Role.WEIGHTS, indices.size());
    Buffer table = Buffer.flat("values", DType.FLOAT32, Role.WEIGHTS, values.size());
    Buffer w = Buffer.flat("w", DType.FLOAT32, Role.OUTPUT, length());
    Stmt body =
        Stmts.loop(
            "i",
            indices.size(),
            i -> {
              Var all = new Var("all", LoopType.INT);
              List<Stmt> statements = new ArrayList<>();
              statements.add(Stmts.local(all, load(from, i)));
              for (int j = 0; j < each(); j++) {
                Expr index = and(shiftRight(Exprs.ref(all), j * bits), intLit((1 << bits) - 1));
                statements.add(Stmts.store(w, add(mul(i, each()), j), load(table, index)));
              }
              return Stmts.block(statements);
            });
    String comment = "w[" + elements + "] = values at indices of " + bits + " bits";
    return new Kernel("decode", comment, List.of(from, table, w), body);
  }

  private static Expr shiftRight(Expr e, int by) {
    return by == 0 ? e : Exprs.binary(Expr.BinaryOp.USHR, e, intLit(by));
  }
}
