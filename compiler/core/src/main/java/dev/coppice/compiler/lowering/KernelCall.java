package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Kernel;
import java.util.List;

/**
 * One call of a kernel.
 *
 * @param kernel what is called; equal kernels are emitted once
 * @param bindings one per buffer of the kernel, in its order
 * @param comment ONNX names of the nodes it computes
 * @param inPlace operands in whose place the result may be
 */
public record KernelCall(
    Kernel kernel, List<Binding> bindings, String comment, List<Buffer> inPlace) {
  public KernelCall {
    bindings = List.copyOf(bindings);
    inPlace = List.copyOf(inPlace);
    if (!kernel.buffers().containsAll(inPlace)) {
      throw new IllegalArgumentException(
          "kernel " + kernel.name() + " has no operands " + inPlace + " to store in place of");
    }
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

  /** A call whose result has a place of its own. */
  public KernelCall(Kernel kernel, List<Binding> bindings, String comment) {
    this(kernel, bindings, comment, List.of());
  }
}
