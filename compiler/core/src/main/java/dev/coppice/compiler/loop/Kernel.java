package dev.coppice.compiler.loop;

import java.util.List;

/**
 * The loop nest of one or more fused nodes. Two nodes with equal buffers and body share one kernel
 * and differ in the arrays and offsets they bind.
 *
 * @param name what it computes, e.g. {@code conv} or {@code softmax}; a legal Java identifier
 * @param comment formula and shapes for the reader
 * @param buffers parameters: inputs and outputs in the node's order, then weights, then scratch
 * @param body what it does
 */
public record Kernel(String name, String comment, List<Buffer> buffers, Stmt body) {
  public Kernel {
    buffers = List.copyOf(buffers);
  }
}
