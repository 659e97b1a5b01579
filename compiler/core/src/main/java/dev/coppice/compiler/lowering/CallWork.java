package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Touched;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What one kernel call takes: the least that a machine has to do for it.
 *
 * @param nodes ONNX names of the nodes it computes
 * @param macs multiply-accumulate operations that their operators define
 * @param executedMacs those that the kernel does: a Winograd convolution takes fewer
 * @param weightBytes bytes of weights that it reads and no call before it, each once
 * @param valueBytes bytes of inputs, outputs and intermediate values that it reads or writes, each
 *     once; scratch does not count
 */
public record CallWork(
    String nodes, long macs, long executedMacs, long weightBytes, long valueBytes) {

  /**
   * What {@code call} takes, whose operations are known.
   *
   * @param read weights that calls before it read, to which its own are added
   */
  static CallWork of(KernelCall call, long macs, long executedMacs, Set<Binding> read) {
    Map<Buffer, Long> touched = Touched.of(call.kernel());
    Map<Binding, Long> weights = new LinkedHashMap<>();
    Map<Binding, Long> values = new LinkedHashMap<>();
    for (int i = 0; i < call.bindings().size(); i++) {
      Buffer b = call.kernel().buffers().get(i);
      long bytes = touched.getOrDefault(b, 0L) * b.dtype().bytes();
      // Two operands may be the same value.
      switch (b.role()) {
        case WEIGHTS -> weights.merge(call.bindings().get(i), bytes, Math::max);
        case INPUT, OUTPUT -> values.merge(call.bindings().get(i), bytes, Math::max);
        case SCRATCH -> {}
      }
    }
    weights.keySet().removeAll(read);
    read.addAll(weights.keySet());
    return new CallWork(call.comment(), macs, executedMacs, sum(weights), sum(values));
  }

  private static long sum(Map<Binding, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
