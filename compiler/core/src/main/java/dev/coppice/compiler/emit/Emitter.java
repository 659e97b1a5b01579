package dev.coppice.compiler.emit;

import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.Variant;
import java.util.List;

/**
 * A backend: renders a plan as Java source and resources. Stateless; equal arguments give equal
 * bytes.
 */
public interface Emitter {
  /** Name by which a user asks for it, e.g. {@code portable}. */
  String name();

  /** Traits that the plan should be made for. */
  Target target();

  /** What javac needs for the source. */
  default List<String> javacOptions() {
    return target().vectorApi()
        ? List.of("--add-modules", "jdk.incubator.vector")
        : List.of("--release", "8");
  }

  /**
   * The generated class with its kernels and weights.
   *
   * @param variants plans of the model, ascending by size; {@code run} chooses one by the lengths
   *     of the arrays it is given
   * @throws dev.coppice.compiler.diag.CompileException if the options and the model do not fit
   */
  GeneratedModel emit(List<Variant> variants, EmitOptions options);

  /** As {@link #emit(List, EmitOptions)} for a model with one plan. */
  default GeneratedModel emit(KernelPlan plan, MemoryPlan memory, EmitOptions options) {
    return emit(List.of(new Variant("", plan, memory)), options);
  }
}
