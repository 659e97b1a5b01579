package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Where the slots of a {@link KernelPlan} lie: one arena and one table of scratch planes per
 * storage type.
 *
 * @param arenaLength elements of each arena; storages without one are absent
 * @param slots one per {@link KernelPlan#slots()}, in its order
 * @param planes scratch planes of each storage; storages without are absent
 * @param lowerBoundBytes largest sum of the slots live in one call
 * @param arenaBytes bytes of all arenas
 */
public record MemoryPlan(
    Map<DType.Storage, Integer> arenaLength,
    List<Slot> slots,
    Map<DType.Storage, Planes> planes,
    long lowerBoundBytes,
    long arenaBytes) {

  /**
   * A placed slot.
   *
   * @param storage arena
   * @param offset first element
   * @param length elements
   * @param firstCall index of the first call that uses it
   * @param lastCall index of the last call that uses it
   */
  public record Slot(DType.Storage storage, int offset, int length, int firstCall, int lastCall) {}

  /**
   * Scratch planes: arrays of their own, shared by all kernels.
   *
   * @param lengths elements of each; the most that any kernel asks of that row
   */
  public record Planes(List<Integer> lengths) {
    public Planes {
      lengths = List.copyOf(lengths);
    }

    /** Arrays as long as those of both. */
    Planes and(Planes other) {
      List<Integer> longest = new ArrayList<>();
      for (int r = 0; r < Math.max(rows(), other.rows()); r++) {
        int own = r < rows() ? lengths.get(r) : 0;
        longest.add(Math.max(own, r < other.rows() ? other.lengths.get(r) : 0));
      }
      return new Planes(longest);
    }

    /** Number of arrays. */
    public int rows() {
      return lengths.size();
    }

    /** Elements of all arrays. */
    public long size() {
      return lengths.stream().mapToLong(Integer::longValue).sum();
    }
  }

  public MemoryPlan {
    arenaLength = ordered(arenaLength);
    slots = List.copyOf(slots);
    planes = ordered(planes);
  }

  /** The arenas and planes that hold each of {@code plans}, of which one runs at a time. */
  public static MemoryPlan union(List<MemoryPlan> plans) {
    Map<DType.Storage, Integer> arenas = new EnumMap<>(DType.Storage.class);
    Map<DType.Storage, Planes> planes = new EnumMap<>(DType.Storage.class);
    long bound = 0;
    for (MemoryPlan plan : plans) {
      plan.arenaLength.forEach((s, n) -> arenas.merge(s, n, Math::max));
      plan.planes.forEach((s, p) -> planes.merge(s, p, Planes::and));
      bound = Math.max(bound, plan.lowerBoundBytes);
    }
    long bytes = 0;
    for (Map.Entry<DType.Storage, Integer> e : arenas.entrySet()) {
      bytes += (long) e.getValue() * MemoryPlanner.bytesOf(e.getKey());
    }
    return new MemoryPlan(arenas, List.of(), planes, bound, bytes);
  }

  private static <V> Map<DType.Storage, V> ordered(Map<DType.Storage, V> map) {
    Map<DType.Storage, V> copy = new EnumMap<>(DType.Storage.class);
    copy.putAll(map);
    return Collections.unmodifiableMap(copy);
  }
}
