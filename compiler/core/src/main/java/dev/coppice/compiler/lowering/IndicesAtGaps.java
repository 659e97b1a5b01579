package dev.coppice.compiler.lowering;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.floatLit;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.ref;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.tensor.ValueTable;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/**
 * Elements most of which are zero: of each other one a byte says how far it is from the one before,
 * from element -1 at first, and a byte which of a table's values it is. Where the distance is more
 * than a byte tells, a zero stands between; where there are too few, the last one is told again.
 */
record IndicesAtGaps(Tensor gaps, Tensor indices, Tensor values, int elements)
    implements CodedTensor {
  private static final int MAX_GAP = 255;

  /** The elements of {@code data}, whose values {@code table} has; empty if 0 is none of them. */
  static Optional<IndicesAtGaps> of(Tensor data, ValueTable table) {
    if (!table.hasZero()) {
      return Optional.empty();
    }
    ByteArrayOutputStream gaps = new ByteArrayOutputStream();
    ByteArrayOutputStream indices = new ByteArrayOutputStream();
    int last = -1;
    for (int i = 0; i < data.size(); i++) {
      int index = table.index(data.floatAt(i));
      if (index != 0 || i - last == MAX_GAP) {
        gaps.write(i - last);
        indices.write(index);
        last = i;
      }
    }
    for (int n = gaps.size(); n < wholeCount(n); n++) {
      gaps.write(0);
      indices.write(table.index(data.floatAt(last)));
    }
    return Optional.of(
        new IndicesAtGaps(tensor(gaps), tensor(indices), table.values(), data.size()));
  }

  /** A count of three bits and zeros, so that tensors of like counts have equal kernels. */
  private static int wholeCount(int count) {
    int unit = Math.max(1, Integer.highestOneBit(count) >> 3);
    return (count + unit - 1) / unit * unit;
  }

  private static Tensor tensor(ByteArrayOutputStream bytes) {
    byte[] all = bytes.toByteArray();
    return Tensor.adopt(new TensorType(DType.INT8, Shape.of(all.length)), all);
  }

  @Override
  public List<Part> parts() {
    return List.of(
        new Part("gaps", gaps), new Part("indices", indices), new Part("values", values));
  }

  @Override
  public int length() {
    return elements;
  }

  @Override
  public Kernel decode() {
    Buffer gap = Buffer.flat("gaps", DType.INT8, Role.WEIGHTS, gaps.size());
    Buffer index = Buffer.flat("indices", DType.INT8, Role.WEIGHTS, indices.size());
    Buffer table = Buffer.flat("values", DType.FLOAT32, Role.WEIGHTS, values.size());
    Buffer w = Buffer.flat("w", DType.FLOAT32, Role.OUTPUT, elements);
    Var at = new Var("at", LoopType.INT);
    Stmt body =
        Stmts.block(
            Stmts.fill(w, intLit(0), intLit(elements), floatLit(0)),
            Stmts.local(at, intLit(-1)),
            Stmts.reduceLoop(
                "i",
                gaps.size(),
                i ->
                    Stmts.block(
                        Stmts.assign(at, add(ref(at), unsigned(gap, i))),
                        Stmts.store(w, ref(at), load(table, unsigned(index, i))))));
    String comment = "w[" + elements + "] = values at indices, zeros between";
    return new Kernel("decode", comment, List.of(gap, index, table, w), body);
  }

  private static Expr unsigned(Buffer bytes, Expr i) {
    return and(load(bytes, i), intLit(255));
  }
}
