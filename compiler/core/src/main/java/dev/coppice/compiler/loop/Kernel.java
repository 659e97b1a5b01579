package dev.coppice.compiler.loop;

import java.util.List;
import java.util.Optional;

/**
 * The loop nest of one or more fused nodes. Two nodes with equal buffers and body share one kernel
 * and differ in the arrays and offsets they bind.
 *
 * @param name what it computes, e.g. {@code conv} or {@code softmax}; a legal Java identifier
 * @param comment formula and shapes for the reader
 * @param buffers parameters: inputs and outputs in the node's order, then weights, then scratch
 * @param parts the parts that it is cut into; empty if it runs as a whole
 * @param body what it does, or one part of it
 */
public record Kernel(
    String name, String comment, List<Buffer> buffers, Optional<Parts> parts, Stmt body) {
  public Kernel {
    buffers = List.copyOf(buffers);
  }

  /** A kernel that runs as a whole. */
  public Kernel(String name, String comment, List<Buffer> buffers, Stmt body) {
    this(name, comment, buffers, Optional.empty(), body);
  }

  /** This kernel with another body that does the same. */
  Kernel withBody(Stmt same) {
    return new Kernel(name, comment, buffers, parts, same);
  }

  /** Predicted nanoseconds of a call, or of a part, on one core, within a factor of two or so. */
  public double nanos(Costs costs) {
    return LoopTime.nanos(body, costs);
  }

  /** Scalar parameters. */
  public List<Var> scalars() {
    return parts.map(p -> List.of(p.index())).orElse(List.of());
  }
}
