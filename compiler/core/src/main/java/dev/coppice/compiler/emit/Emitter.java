package dev.coppice.compiler.emit;

import dev.coppice.compiler.emit.java.MethodRenderer;
import dev.coppice.compiler.emit.java.ModelSources;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.Variant;
import java.util.List;

/**
 * A backend: renders plans as Java source and resources. Stateless; equal arguments give equal
 * bytes.
 */
public interface Emitter {
  /** Name by which a user asks for it, e.g. {@code portable}. */
  String name();

  /** Traits that the plans should be made for. */
  Target target();

  /** What writes kernels as Java. */
  MethodRenderer methods();

  /**
   * The plans of a model that this backend renders.
   *
   * @param emitter the backend
   * @param variants plans of the model, ascending by size; {@code run} chooses one by the lengths
   *     of the arrays it is given
   */
  record Planned(Emitter emitter, List<Variant> variants) {
    public Planned {
      variants = List.copyOf(variants);
    }

    /** The plan for the largest sizes; those for other sizes have its weights. */
    public KernelPlan largest() {
      return variants.get(variants.size() - 1).plan();
    }

    /** Whether some kernel becomes code that names the Vector API. */
    public boolean usesVectorApi() {
      return variants.stream()
          .flatMap(v -> v.plan().calls().stream())
          .anyMatch(call -> uses(call.kernel().body()));
    }

    private boolean uses(Stmt body) {
      boolean[] found = {emitter.methods().usesVectorApi(body)};
      LoopTree.statements(
          body, s -> found[0] |= s instanceof Stmt.Invoke v && uses(v.function().body()));
      return found[0];
    }
  }

  /**
   * The generated class with its kernels and weights.
   *
   * @throws dev.coppice.compiler.diag.CompileException if the options and the model do not fit
   */
  default GeneratedModel emit(KernelPlan plan, MemoryPlan memory, EmitOptions options) {
    List<Variant> variants = List.of(new Variant("", plan, memory));
    return ModelSources.of(List.of(new Planned(this, variants)), options);
  }
}
