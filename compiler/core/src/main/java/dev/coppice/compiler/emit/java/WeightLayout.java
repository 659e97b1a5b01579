package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.lowering.CacheLines;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.tensor.DType.Storage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Where each weight tensor lies: all flat weights of a storage type in one array, all rows in one
 * table. In a large array of floats every tensor begins at a cache line.
 *
 * @param offsets first element, or first row, of each weight tensor of the plan
 * @param flatLength elements of the flat weights of each storage; storages without are absent
 * @param rowCount rows of each storage; storages without are absent
 * @param bytes bytes of all weights in memory
 */
public record WeightLayout(
    List<Integer> offsets,
    Map<Storage, Integer> flatLength,
    Map<Storage, Integer> rowCount,
    long bytes) {

  /** The layout of the plan's weights, in their order. */
  public static WeightLayout of(KernelPlan plan) {
    List<Integer> offsets = new ArrayList<>();
    Map<Storage, Integer> flat = new EnumMap<>(Storage.class);
    Map<Storage, Integer> rows = new EnumMap<>(Storage.class);
    int begin = CacheLines.first(flatFloats(plan));
    if (begin > 0) {
      flat.put(Storage.FLOAT, begin);
    }
    long bytes = 0;
    for (WeightTensor w : plan.weights()) {
      Map<Storage, Integer> totals = w.rows() ? rows : flat;
      Storage storage = w.data().dtype().storage();
      int size = w.rows() ? w.data().shape().dim(0) : w.data().size();
      boolean lines = begin > 0 && !w.rows() && storage == Storage.FLOAT;
      int before = totals.getOrDefault(storage, 0);
      offsets.add(before);
      totals.put(storage, Math.addExact(before, lines ? CacheLines.whole(size) : size));
      bytes += w.data().type().bytes();
    }
    return new WeightLayout(
        List.copyOf(offsets),
        Collections.unmodifiableMap(flat),
        Collections.unmodifiableMap(rows),
        bytes);
  }

  /** Whether each flat tensor of this storage is read on its own. */
  static boolean isSplit(Storage storage) {
    return storage == Storage.FLOAT || storage == Storage.BYTE || storage == Storage.SHORT;
  }

  private static long flatFloats(KernelPlan plan) {
    return plan.weights().stream()
        .filter(w -> !w.rows() && w.data().dtype().storage() == Storage.FLOAT)
        .mapToLong(w -> w.data().size())
        .sum();
  }
}
