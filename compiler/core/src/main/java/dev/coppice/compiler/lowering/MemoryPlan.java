package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.DType;
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

  private static <V> Map<DType.Storage, V> ordered(Map<DType.Storage, V> map) {
    Map<DType.Storage, V> copy = new EnumMap<>(DType.Storage.class);
    copy.putAll(map);
    return Collections.unmodifiableMap(copy);
  }
}
