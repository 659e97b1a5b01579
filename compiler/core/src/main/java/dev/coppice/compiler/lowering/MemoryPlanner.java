package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Places the slots of a plan in one arena per storage type. Slots that live ({@link Lifetimes}) at
 * the same time do not overlap, but for one that takes the place of another ({@link InPlaceSlots}),
 * which lies exactly there. Placement is first fit in several orders (by size, by size times
 * duration, by start, then seeded shuffles of the largest) and the smallest arena wins; the search
 * stops at the lower bound, the largest sum of live slots.
 */
public final class MemoryPlanner {
  private static final int SHUFFLES = 300;

  private MemoryPlanner() {}

  /** A memory plan for {@code plan}. */
  public static MemoryPlan plan(KernelPlan plan) {
    Lifetimes lifetimes = Lifetimes.of(plan);
    int[] over = InPlaceSlots.of(plan, lifetimes).over();
    int count = plan.slots().size();
    int[] first = lifetimes.first();
    int[] last = lastThere(lifetimes, over);
    MemoryPlan.Slot[] placed = new MemoryPlan.Slot[count];
    Map<DType.Storage, Integer> lengths = new EnumMap<>(DType.Storage.class);
    long bytes = 0;
    for (DType.Storage storage : DType.Storage.values()) {
      List<Range> ranges = new ArrayList<>();
      for (int s = 0; s < count; s++) {
        if (plan.slots().get(s).storage() == storage && first[s] >= 0 && over[s] < 0) {
          ranges.add(new Range(s, plan.slots().get(s).length(), first[s], last[s]));
        }
      }
      if (ranges.isEmpty()) {
        continue;
      }
      Placement best = place(storage, ranges);
      for (Range r : ranges) {
        placed[r.slot] =
            new MemoryPlan.Slot(
                storage, best.offsets[r.slot], r.length, r.first, lifetimes.last()[r.slot]);
      }
      lengths.put(storage, best.length);
      bytes += (long) best.length * bytesOf(storage);
    }
    for (int s = 0; s < count; s++) {
      if (over[s] >= 0) {
        MemoryPlan.Slot root = Objects.requireNonNull(placed[root(over, s)]);
        placed[s] =
            new MemoryPlan.Slot(
                root.storage(), root.offset(), root.length(), first[s], lifetimes.last()[s]);
      }
      if (placed[s] == null) {
        placed[s] = new MemoryPlan.Slot(plan.slots().get(s).storage(), 0, 0, 0, -1);
      }
    }
    MemoryPlan memory =
        new MemoryPlan(
            lengths,
            List.of(placed),
            planes(plan),
            lowerBoundBytes(plan, first, last, over),
            bytes);
    MemoryPlanVerifier.verify(plan, memory);
    return memory;
  }

  /** Of a slot with a place of its own, when the last slot that lies there dies. */
  private static int[] lastThere(Lifetimes lifetimes, int[] over) {
    int[] last = lifetimes.last().clone();
    for (int s = 0; s < over.length; s++) {
      int root = root(over, s);
      last[root] = Math.max(last[root], lifetimes.last()[s]);
    }
    return last;
  }

  /** The slot with a place of its own where {@code slot} lies. */
  private static int root(int[] over, int slot) {
    int root = slot;
    while (over[root] >= 0) {
      root = over[root];
    }
    return root;
  }

  private record Range(int slot, int length, int first, int last) {
    boolean meets(Range o) {
      return first <= o.last && o.first <= last;
    }
  }

  private record Placement(int[] offsets, int length) {}

  /** The best placement; in a large array of floats every slot begins at a cache line. */
  private static Placement place(DType.Storage storage, List<Range> ranges) {
    int begin = storage == DType.Storage.FLOAT ? CacheLines.first(lowerBound(ranges)) : 0;
    if (begin == 0) {
      return place(ranges);
    }
    Placement lines =
        place(
            ranges.stream()
                .map(r -> new Range(r.slot, CacheLines.whole(r.length), r.first, r.last))
                .toList());
    int[] offsets = Arrays.stream(lines.offsets).map(o -> o + begin).toArray();
    return new Placement(offsets, lines.length + begin);
  }

  private static Placement place(List<Range> ranges) {
    int bound = lowerBound(ranges);
    List<Comparator<Range>> orders =
        List.of(
            Comparator.comparingInt((Range r) -> -r.length).thenComparingInt(Range::first),
            Comparator.comparingLong((Range r) -> -(long) r.length * (r.last - r.first + 1))
                .thenComparingInt(Range::first),
            Comparator.comparingInt(Range::first).thenComparingInt(r -> -r.length));
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(orders.get(0).thenComparingInt(Range::slot));
    Placement best = firstFit(sorted);
    for (Comparator<Range> order : orders.subList(1, orders.size())) {
      List<Range> other = new ArrayList<>(ranges);
      other.sort(order.thenComparingInt(Range::slot));
      best = better(best, firstFit(other));
    }
    Random random = new Random(1);
    int shuffles = ranges.size() > 1000 ? SHUFFLES / 10 : SHUFFLES;
    for (int i = 0; i < shuffles && best.length > bound; i++) {
      List<Range> trial = new ArrayList<>(sorted);
      int top = Math.min(trial.size(), 2 + random.nextInt(30));
      Collections.shuffle(trial.subList(0, top), random);
      best = better(best, firstFit(trial));
    }
    return best;
  }

  private static Placement better(Placement a, Placement b) {
    return b.length < a.length ? b : a;
  }

  /** Each range at the lowest offset where nothing placed before is alive at the same time. */
  private static Placement firstFit(List<Range> order) {
    int most = order.stream().mapToInt(Range::slot).max().orElse(0);
    int[] offsets = new int[most + 1];
    List<Range> done = new ArrayList<>();
    long length = 0;
    for (Range r : order) {
      List<Range> rivals = new ArrayList<>();
      for (Range o : done) {
        if (o.meets(r)) {
          rivals.add(o);
        }
      }
      rivals.sort(Comparator.comparingInt(o -> offsets[o.slot]));
      long at = 0;
      for (Range o : rivals) {
        if (at + r.length <= offsets[o.slot]) {
          break;
        }
        at = Math.max(at, (long) offsets[o.slot] + o.length);
      }
      offsets[r.slot] = Math.toIntExact(at);
      length = Math.max(length, at + r.length);
      done.add(r);
    }
    return new Placement(offsets, Math.toIntExact(length));
  }

  private static int lowerBound(List<Range> ranges) {
    int calls = ranges.stream().mapToInt(Range::last).max().orElse(0) + 1;
    long most = 0;
    for (int c = 0; c < calls; c++) {
      long live = 0;
      for (Range r : ranges) {
        live += r.first <= c && c <= r.last ? r.length : 0;
      }
      most = Math.max(most, live);
    }
    return Math.toIntExact(most);
  }

  private static long lowerBoundBytes(KernelPlan plan, int[] first, int[] last, int[] over) {
    long most = 0;
    for (int c = 0; c < plan.calls().size(); c++) {
      long live = 0;
      for (int s = 0; s < first.length; s++) {
        if (over[s] < 0 && first[s] >= 0 && first[s] <= c && c <= last[s]) {
          SlotSize size = plan.slots().get(s);
          live += (long) size.length() * bytesOf(size.storage());
        }
      }
      most = Math.max(most, live);
    }
    return most;
  }

  /**
   * Row {@code r} of the scratch planes is as long as the longest row that a kernel binds there.
   */
  private static Map<DType.Storage, MemoryPlan.Planes> planes(KernelPlan plan) {
    Map<DType.Storage, List<Integer>> lengths = new EnumMap<>(DType.Storage.class);
    for (KernelCall call : plan.calls()) {
      for (int i = 0; i < call.bindings().size(); i++) {
        if (call.bindings().get(i) instanceof Binding.ScratchRows s) {
          List<Integer> rows = lengths.computeIfAbsent(s.storage(), x -> new ArrayList<>());
          for (int w = 0; w < plan.workers(call); w++) {
            lengthen(rows, s.firstRow() + w * s.perWorker(), call.kernel().buffers().get(i));
          }
        }
      }
    }
    Map<DType.Storage, MemoryPlan.Planes> planes = new EnumMap<>(DType.Storage.class);
    lengths.forEach(
        (s, l) -> planes.put(s, new MemoryPlan.Planes(s == DType.Storage.FLOAT ? alike(l) : l)));
    return planes;
  }

  /**
   * Lengths at which arrays made one behind the other begin at the same place of a cache line each,
   * so that a loop over several of them reads whole lines of all of them or of none.
   */
  private static List<Integer> alike(List<Integer> lengths) {
    return lengths.stream().map(CacheLines::apart).toList();
  }

  /** Makes the rows from {@code first} on as long as those of {@code buffer}. */
  private static void lengthen(List<Integer> rows, int first, Buffer buffer) {
    while (rows.size() < first + buffer.rows()) {
      rows.add(0);
    }
    for (int r = first; r < first + buffer.rows(); r++) {
      rows.set(r, Math.max(rows.get(r), buffer.length()));
    }
  }

  /** Bytes of one element. */
  static int bytesOf(DType.Storage storage) {
    return switch (storage) {
      case BYTE, BOOLEAN -> 1;
      case SHORT -> 2;
      case FLOAT, INT -> 4;
      case DOUBLE, LONG -> 8;
    };
  }
}
