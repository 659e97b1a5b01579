package dev.coppice.compiler.loop;

/**
 * A local variable, loop variable or scalar parameter.
 *
 * @param name unique within its kernel or function
 * @param type its type
 */
public record Var(String name, LoopType type) {}
