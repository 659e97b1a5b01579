package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Partition;
import dev.coppice.compiler.loop.Phases;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Cuts the large kernels of a plan into parts for several threads ({@link Partition}), each with
 * scratch of its own. The results keep their bits.
 */
public final class PlanPartition {
  /** Elements between the scratch of two workers, so that no line of the cache is of both. */
  private static final int LINE = 64;

  private final KernelPlan plan;
  private final Target target;
  private final Map<DType.Storage, Integer> rows = new EnumMap<>(DType.Storage.class);
  private final List<SlotSize> slots;

  private PlanPartition(KernelPlan plan, Target target) {
    this.plan = plan;
    this.target = target;
    this.slots = new ArrayList<>(plan.slots());
    for (KernelCall call : plan.calls()) {
      for (int i = 0; i < call.bindings().size(); i++) {
        if (call.bindings().get(i) instanceof Binding.ScratchRows s) {
          int needed = s.firstRow() + call.kernel().buffers().get(i).rows();
          rows.merge(s.storage(), needed, Math::max);
        }
      }
    }
  }

  /** {@code plan} for the threads of {@code target}; as it is if there is one. */
  public static KernelPlan of(KernelPlan plan, Target target) {
    return target.threads() < 2 ? plan : new PlanPartition(plan, target).partitioned();
  }

  private KernelPlan partitioned() {
    List<KernelCall> calls = new ArrayList<>();
    int[] first = new int[plan.calls().size() + 1];
    for (int c = 0; c < plan.calls().size(); c++) {
      first[c] = calls.size();
      calls.addAll(inParts(plan.calls().get(c)));
    }
    first[plan.calls().size()] = calls.size();
    return plan.withCalls(calls, first, slots, target.threads());
  }

  /** The call in parts; if it cannot be cut, each of its phases as a call, if that can. */
  private List<KernelCall> inParts(KernelCall call) {
    Optional<KernelCall> whole = cut(call);
    if (whole.isPresent()) {
      return List.of(whole.get());
    }
    List<KernelCall> all = new ArrayList<>();
    for (Kernel phase : Phases.of(call.kernel())) {
      KernelCall single = new KernelCall(phase, bindings(phase, call), call.comment());
      all.add(cut(single).orElse(single));
    }
    return all.stream().anyMatch(c -> c.kernel().parts().isPresent()) ? all : List.of(call);
  }

  /** What the buffers of a phase of {@code call} are bound to: shared scratch to its slot. */
  private static List<Binding> bindings(Kernel phase, KernelCall call) {
    Map<String, Binding> known = new LinkedHashMap<>();
    for (int i = 0; i < call.bindings().size(); i++) {
      known.put(call.kernel().buffers().get(i).name(), call.bindings().get(i));
    }
    List<Binding> bindings = new ArrayList<>();
    for (Buffer b : phase.buffers()) {
      Binding binding = Objects.requireNonNull(known.get(b.name()));
      boolean isShared = b.role() != Buffer.Role.SCRATCH;
      bindings.add(
          isShared && binding instanceof Binding.ScratchFlat s
              ? new Binding.Arena(s.storage(), s.slot())
              : binding);
    }
    return bindings;
  }

  private Optional<KernelCall> cut(KernelCall call) {
    if (isInPlace(call)) {
      return Optional.empty();
    }
    return Partition.of(call.kernel(), target)
        .map(
            k ->
                new KernelCall(
                    k,
                    call.bindings().stream().map(this::perWorker).toList(),
                    call.comment(),
                    call.inPlace()));
  }

  /** Whether a result lies where something else does: iterations could meet there. */
  private static boolean isInPlace(KernelCall call) {
    for (int i = 0; i < call.bindings().size(); i++) {
      Binding b = call.bindings().get(i);
      if (call.kernel().buffers().get(i).role() == Buffer.Role.OUTPUT
          && call.bindings().stream().filter(o -> meet(o, b)).count() > 1) {
        return true;
      }
    }
    return false;
  }

  private static boolean meet(Binding a, Binding b) {
    return a.equals(b)
        || a instanceof Binding.PortOut x
            && b instanceof Binding.PortOut y
            && x.output() == y.output();
  }

  /** Scratch of this size for every worker. */
  private Binding perWorker(Binding b) {
    if (b instanceof Binding.ScratchRows s) {
      return new Binding.ScratchRows(s.storage(), s.firstRow(), rows.getOrDefault(s.storage(), 0));
    }
    if (b instanceof Binding.ScratchFlat s) {
      int length = plan.slots().get(s.slot()).length();
      int perWorker = Math.addExact(length, LINE);
      int all = Math.addExact(Math.multiplyExact(perWorker, target.threads() - 1), length);
      slots.set(s.slot(), new SlotSize(s.storage(), all));
      return new Binding.ScratchFlat(s.storage(), s.slot(), perWorker);
    }
    return b;
  }
}
