package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Kernel;

/**
 * How code in one class names the methods of kernels and functions: {@code conv} in their own
 * class, {@code Kws_K0.conv} elsewhere.
 */
public interface KernelNames {
  /** Name of the method of {@code kernel}. */
  String kernel(Kernel kernel);

  /** Name of the method of {@code function}. */
  String function(Function function);
}
