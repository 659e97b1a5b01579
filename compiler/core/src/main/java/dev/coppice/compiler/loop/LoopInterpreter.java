package dev.coppice.compiler.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs a kernel by walking its tree: the definition of what Loop IR means, against which backends
 * are tested. Every index is checked against the buffer it addresses, so an access that a backend
 * would let pass into a neighbour's memory is found here.
 */
public final class LoopInterpreter {
  /** Lanes of a register here, in the middle of what machines have. */
  private static final int REGISTER_LANES = 8;

  /** What a buffer is bound to. */
  public sealed interface Memory permits Flat, Rows {}

  /**
   * Part of a Java array.
   *
   * @param array array of the buffer's storage
   * @param offset element of the array that is element 0 of the buffer
   */
  public record Flat(Object array, int offset) implements Memory {}

  /**
   * Rows that are arrays of their own.
   *
   * @param table arrays of the buffer's storage
   * @param first row of the table that is row 0 of the buffer
   */
  public record Rows(Object[] table, int first) implements Memory {}

  private final Map<Buffer, Memory> memory = new LinkedHashMap<>();

  /** What is passed for parameters of functions that take any length. */
  private final Map<Buffer, Buffer> given = new LinkedHashMap<>();

  private final Map<Var, Object> variables = new LinkedHashMap<>();
  private final LoopValues values = new LoopValues();

  private LoopInterpreter() {}

  /** Runs {@code kernel} with one binding per buffer, in its order; its parts in theirs. */
  public static void run(Kernel kernel, List<Memory> bindings) {
    for (int part = 0; part < kernel.parts().map(Parts::count).orElse(1); part++) {
      run(kernel, part, bindings);
    }
  }

  /** Runs a part of {@code kernel}; part 0 of a kernel without parts is the whole. */
  public static void run(Kernel kernel, int part, List<Memory> bindings) {
    LoopInterpreter frame = new LoopInterpreter();
    kernel.parts().ifPresent(p -> frame.variables.put(p.index(), part));
    for (int i = 0; i < kernel.buffers().size(); i++) {
      frame.memory.put(kernel.buffers().get(i), bindings.get(i));
    }
    frame.execute(kernel.body());
  }

  private void execute(Stmt s) {
    s.accept(statements);
  }

  private Object value(Expr e) {
    return e.accept(expressions);
  }

  private int intValue(Expr e) {
    return (Integer) value(e);
  }

  /** A place in a Java array, with the number of elements that may be addressed from there. */
  private record Place(Object array, int offset, int length) {
    int at(int index, int count, Array what) {
      if (index < 0 || count < 0 || index + count > length) {
        throw new IndexOutOfBoundsException(
            "elements "
                + index
                + ".."
                + (index + count - 1)
                + " of "
                + what.buffer().name()
                + ", which has "
                + length);
      }
      return offset + index;
    }
  }

  private Place place(Array array) {
    Buffer b = array.buffer();
    Memory m = memory.get(b);
    if (m == null) {
      throw new IllegalStateException("compiler bug: buffer " + b.name() + " is not bound");
    }
    Buffer size = given.getOrDefault(b, b);
    if (array instanceof Row row) {
      int r = intValue(row.row());
      if (r < 0 || r >= size.rows()) {
        throw new IndexOutOfBoundsException(
            "row " + r + " of " + b.name() + ", which has " + size.rows());
      }
      Rows rows = (Rows) m;
      Object line = rows.table()[rows.first() + r];
      return new Place(line, 0, Math.min(size.length(), java.lang.reflect.Array.getLength(line)));
    }
    Flat flat = (Flat) m;
    int length =
        size.layout() == Buffer.Layout.ROW && size.length() == 0
            ? java.lang.reflect.Array.getLength(flat.array()) - flat.offset()
            : size.length();
    return new Place(flat.array(), flat.offset(), length);
  }

  private final Stmt.Visitor<Boolean> statements =
      new Stmt.Visitor<>() {
        @Override
        public Boolean visit(Stmt.Block s) {
          s.body().forEach(LoopInterpreter.this::execute);
          return true;
        }

        @Override
        public Boolean visit(Stmt.For s) {
          int from = intValue(s.from());
          int to = intValue(s.to());
          for (int i = from; i < to; i += s.step()) {
            variables.put(s.var(), i);
            execute(s.body());
          }
          return true;
        }

        @Override
        public Boolean visit(Stmt.Local s) {
          variables.put(s.var(), value(s.value()));
          return true;
        }

        @Override
        public Boolean visit(Stmt.Assign s) {
          variables.put(s.var(), value(s.value()));
          return true;
        }

        @Override
        public Boolean visit(Stmt.Store s) {
          List<Object> lanes = LoopValues.lanes(value(s.value()));
          Place p = place(s.array());
          int at = p.at(intValue(s.index()), lanes.size(), s.array());
          for (int i = 0; i < lanes.size(); i++) {
            LoopValues.put(p.array(), at + i, s.array().dtype(), lanes.get(i));
          }
          return true;
        }

        @Override
        public Boolean visit(Stmt.Copy s) {
          int count = intValue(s.count());
          Place from = place(s.from());
          Place to = place(s.to());
          System.arraycopy(
              from.array(),
              from.at(intValue(s.fromIndex()), count, s.from()),
              to.array(),
              to.at(intValue(s.toIndex()), count, s.to()),
              count);
          return true;
        }

        @Override
        public Boolean visit(Stmt.Fill s) {
          int count = intValue(s.count());
          Place p = place(s.array());
          int at = p.at(intValue(s.index()), count, s.array());
          Object v = value(s.value());
          for (int i = 0; i < count; i++) {
            LoopValues.put(p.array(), at + i, s.array().dtype(), v);
          }
          return true;
        }

        @Override
        public Boolean visit(Stmt.If s) {
          if ((Boolean) value(s.condition())) {
            execute(s.then());
          } else {
            s.otherwise().ifPresent(LoopInterpreter.this::execute);
          }
          return true;
        }

        @Override
        public Boolean visit(Stmt.Invoke s) {
          LoopInterpreter callee = new LoopInterpreter();
          for (int i = 0; i < s.arrays().size(); i++) {
            Buffer parameter = s.function().arrays().get(i);
            callee.memory.put(parameter, argument(s.arrays().get(i)));
            if (parameter.length() == 0 && s.arrays().get(i) instanceof Buffer b) {
              callee.given.put(parameter, given.getOrDefault(b, b));
            }
          }
          for (int i = 0; i < s.scalars().size(); i++) {
            callee.variables.put(s.function().scalars().get(i), value(s.scalars().get(i)));
          }
          callee.execute(s.function().body());
          return true;
        }

        @Override
        public Boolean visit(Stmt.Comment s) {
          return true;
        }
      };

  private Memory argument(Array array) {
    if (array instanceof Row) {
      Place p = place(array);
      return new Flat(p.array(), p.offset());
    }
    return Objects.requireNonNull(memory.get(array.buffer()));
  }

  private final Expr.Visitor<Object> expressions =
      new Expr.Visitor<>() {
        @Override
        public Object visit(Expr.Literal e) {
          return switch (e.type().scalar()) {
            case FLOAT -> (float) e.floating();
            case DOUBLE -> e.floating();
            case INT -> (int) e.bits();
            case LONG -> e.bits();
            case BOOLEAN -> e.bits() != 0;
          };
        }

        @Override
        public Object visit(Expr.Ref e) {
          Object v = variables.get(e.var());
          if (v == null) {
            throw new IllegalStateException("compiler bug: " + e.var().name() + " is not set");
          }
          return v;
        }

        @Override
        public Object visit(Expr.Lanes e) {
          return REGISTER_LANES;
        }

        private int count(int lanes) {
          return lanes == LoopType.REGISTER ? REGISTER_LANES : lanes;
        }

        @Override
        public Object visit(Expr.Load e) {
          Place p = place(e.array());
          int count = count(e.lanes());
          int at = p.at(intValue(e.index()), count, e.array());
          List<Object> lanes = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            lanes.add(LoopValues.get(p.array(), at + i, e.array().dtype()));
          }
          return LoopValues.vector(lanes);
        }

        @Override
        public Object visit(Expr.Binary e) {
          return values.binary(e.op(), value(e.a()), value(e.b()));
        }

        @Override
        public Object visit(Expr.Unary e) {
          return values.unary(e.op(), value(e.a()));
        }

        @Override
        public Object visit(Expr.Cast e) {
          return values.cast(e.type().scalar(), value(e.a()));
        }

        @Override
        public Object visit(Expr.Select e) {
          return values.select(value(e.condition()), e.a(), e.b(), LoopInterpreter.this::value);
        }

        @Override
        public Object visit(Expr.Call e) {
          return values.call(
              e.function(), e.arguments().stream().map(LoopInterpreter.this::value).toList());
        }

        @Override
        public Object visit(Expr.Broadcast e) {
          Object v = value(e.a());
          return LoopValues.vector(java.util.Collections.nCopies(count(e.lanes()), v));
        }

        @Override
        public Object visit(Expr.Reduce e) {
          List<Object> lanes = new ArrayList<>(LoopValues.lanes(value(e.a())));
          while (lanes.size() > 1) {
            List<Object> half = new ArrayList<>();
            for (int i = 0; i + 1 < lanes.size(); i += 2) {
              half.add(values.binary(e.op(), lanes.get(i), lanes.get(i + 1)));
            }
            if (lanes.size() % 2 == 1) {
              half.add(lanes.get(lanes.size() - 1));
            }
            lanes = half;
          }
          return lanes.get(0);
        }
      };
}
