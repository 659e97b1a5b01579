package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Kernel;
import java.util.List;

/**
 * One call of a kernel.
 *
 * @param kernel what is called; equal kernels are emitted once
 * @param bindings one per buffer of the kernel, in its order
 * @param comment ONNX names of the nodes it computes
 */
public record KernelCall(Kernel kernel, List<Binding> bindings, String comment) {
  public KernelCall {
    bindings = List.copyOf(bindings);
    if (bindings.size() != kernel.buffers().size()) {
      throw new IllegalArgumentException(
          "kernel "
              + kernel.name()
              + " has "
              + kernel.buffers().size()
              + " buffers, got "
              + bindings.size()
              + " bindings");
    }
  }
}
