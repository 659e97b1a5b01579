package dev.coppice.compiler.emit;

import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;

/**
 * A backend: renders a plan as Java source and resources. Stateless; equal arguments give equal
 * bytes.
 */
public interface Emitter {
  /** Name by which a user asks for it, e.g. {@code portable}. */
  String name();

  /** Traits that the plan should be made for. */
  Target target();

  /**
   * The generated class with its kernels and weights.
   *
   * @throws dev.coppice.compiler.diag.CompileException if the options and the model do not fit
   */
  GeneratedModel emit(KernelPlan plan, MemoryPlan memory, EmitOptions options);
}
