package dev.coppice.compiler.loop;

/**
 * The parts of a kernel, which can run at the same time and in any order, each with scratch of its
 * own.
 *
 * @param index variable of the kernel's body: which part it computes
 * @param count how many parts together are the whole
 */
public record Parts(Var index, int count) {}
