package dev.coppice.compiler.ir;

/**
 * A node that could be computed in the kernel of the node that reads it.
 *
 * @param op what it computes
 * @param builder its types and constants, buffers on demand, and its epilogue
 */
public record Producer(Op op, KernelBuilder builder) {}
