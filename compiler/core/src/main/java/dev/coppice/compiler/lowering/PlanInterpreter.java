package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.LoopInterpreter;
import dev.coppice.compiler.loop.Parts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a kernel plan in the memory of a memory plan, call by call, as the generated class does: the
 * oracle between operators and backends.
 */
public final class PlanInterpreter {
  /** What undefined scratch holds. */
  private static final byte SPOILED = 0x55;

  private final KernelPlan plan;
  private final MemoryPlan memory;
  private final Map<DType.Storage, Object> arenas = new EnumMap<>(DType.Storage.class);
  private final Map<DType.Storage, Object[]> planes = new EnumMap<>(DType.Storage.class);
  private final List<Object> inputs = new ArrayList<>();
  private final List<Object> outputs = new ArrayList<>();

  private PlanInterpreter(KernelPlan plan, MemoryPlan memory) {
    this.plan = plan;
    this.memory = memory;
    memory.arenaLength().forEach((s, n) -> arenas.put(s, newArray(s, n)));
    memory
        .planes()
        .forEach((s, p) -> planes.put(s, p.lengths().stream().map(n -> newArray(s, n)).toArray()));
  }

  private static Object newArray(DType.Storage storage, int length) {
    return Tensor.newArray(
        switch (storage) {
          case FLOAT -> DType.FLOAT32;
          case DOUBLE -> DType.FLOAT64;
          case BYTE -> DType.INT8;
          case SHORT -> DType.INT16;
          case INT -> DType.INT32;
          case LONG -> DType.INT64;
          case BOOLEAN -> DType.BOOL;
        },
        length);
  }

  /** The outputs for these inputs, in the plan's order. */
  public static List<Tensor> run(KernelPlan plan, MemoryPlan memory, List<Tensor> inputs) {
    return new PlanInterpreter(plan, memory).run(inputs);
  }

  private List<Tensor> run(List<Tensor> given) {
    given.forEach(t -> inputs.add(t.toArray()));
    plan.outputs().forEach(p -> outputs.add(Tensor.newArray(p.dtype(), p.shape().size())));
    run(0, plan.calls().size(), plan.blocks());
    List<Tensor> results = new ArrayList<>();
    for (int j = 0; j < outputs.size(); j++) {
      Port p = plan.outputs().get(j);
      results.add(Tensor.adopt(new TensorType(p.dtype(), p.shape()), outputs.get(j)));
    }
    return results;
  }

  private void run(int from, int to, List<Block> blocks) {
    int next = from;
    for (Block block : blocks) {
      run(next, block.from());
      next = block.to();
      if (block instanceof Block.Choice c) {
        if ((boolean) read(c.condition())) {
          run(c.from(), c.middle(), c.then());
        } else {
          run(c.middle(), c.to(), c.otherwise());
        }
      } else if (block instanceof Block.Repeat r) {
        while ((boolean) read(r.condition())) {
          run(r.from(), r.to(), r.body());
        }
      } else if (block instanceof Block.Check c && (long) read(c.value()) > c.most()) {
        throw new IllegalStateException(
            c.what() + ": " + read(c.value()) + ", there is room for " + c.most());
      }
    }
    run(next, to);
  }

  private void run(int from, int to) {
    for (KernelCall call : plan.calls().subList(from, to)) {
      int workers = plan.workers(call);
      // Any order is right; this one is the furthest from that of a kernel without parts.
      for (int part = call.kernel().parts().map(Parts::count).orElse(1) - 1; part >= 0; part--) {
        run(call, part, part % workers);
      }
    }
  }

  private void run(KernelCall call, int part, int worker) {
    List<LoopInterpreter.Memory> bound = new ArrayList<>();
    for (int i = 0; i < call.bindings().size(); i++) {
      Buffer buffer = call.kernel().buffers().get(i);
      LoopInterpreter.Memory memory = memory(call.bindings().get(i), buffer, worker);
      if (buffer.role() == Buffer.Role.SCRATCH) {
        spoil(memory, buffer);
      }
      bound.add(memory);
    }
    LoopInterpreter.run(call.kernel(), part, bound);
  }

  /** Scratch is undefined on entry: whoever relies on what it holds gets odd results. */
  private static void spoil(LoopInterpreter.Memory memory, Buffer buffer) {
    if (memory instanceof LoopInterpreter.Flat flat) {
      spoil(flat.array(), flat.offset(), buffer.length());
    } else if (memory instanceof LoopInterpreter.Rows rows) {
      for (int r = 0; r < buffer.rows(); r++) {
        spoil(rows.table()[rows.first() + r], 0, buffer.length());
      }
    }
  }

  private static void spoil(Object array, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (array instanceof float[] a) {
        a[i] = Float.NaN;
      } else if (array instanceof double[] a) {
        a[i] = Double.NaN;
      } else if (array instanceof boolean[] a) {
        a[i] = true;
      } else {
        Array.setByte(array, i, SPOILED);
      }
    }
  }

  private Object read(Binding binding) {
    LoopInterpreter.Flat flat = flat(binding);
    return Array.get(flat.array(), flat.offset());
  }

  private LoopInterpreter.Memory memory(Binding binding, Buffer buffer, int worker) {
    if (binding instanceof Binding.RowWeights b) {
      Tensor data = plan.weights().get(b.weight()).data();
      Object[] rows = new Object[data.shape().dim(0)];
      int length = data.shape().dim(1);
      for (int r = 0; r < rows.length; r++) {
        int from = r * length;
        rows[r] = data.gather(Shape.of(length), i -> from + i).toArray();
      }
      return new LoopInterpreter.Rows(rows, 0);
    }
    if (binding instanceof Binding.ScratchRows b) {
      Object[] table = planes.get(b.storage());
      if (table == null) {
        throw new IllegalStateException("compiler bug: no scratch planes for " + buffer.name());
      }
      return new LoopInterpreter.Rows(table, b.firstRow() + worker * b.perWorker());
    }
    if (binding instanceof Binding.ScratchFlat b) {
      return arena(b.storage(), b.slot(), worker * b.perWorker());
    }
    return flat(binding);
  }

  private LoopInterpreter.Flat flat(Binding binding) {
    if (binding instanceof Binding.PortIn b) {
      return new LoopInterpreter.Flat(inputs.get(b.input()), b.offset());
    }
    if (binding instanceof Binding.PortOut b) {
      return new LoopInterpreter.Flat(outputs.get(b.output()), b.offset());
    }
    if (binding instanceof Binding.Arena b) {
      return arena(b.storage(), b.slot(), b.offset());
    }
    Binding.FlatWeights w = (Binding.FlatWeights) binding;
    return new LoopInterpreter.Flat(plan.weights().get(w.weight()).data().toArray(), w.offset());
  }

  private LoopInterpreter.Flat arena(DType.Storage storage, int slot, int further) {
    Object arena = arenas.get(storage);
    return new LoopInterpreter.Flat(
        arena == null ? newArray(storage, 0) : arena, memory.slots().get(slot).offset() + further);
  }
}
