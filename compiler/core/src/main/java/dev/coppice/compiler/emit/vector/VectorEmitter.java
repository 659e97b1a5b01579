package dev.coppice.compiler.emit.vector;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.java.ModelSources;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.Variant;
import java.util.List;

/** Java 17 with the incubating Vector API; registers of 128, 256 and 512 bits by one class. */
public final class VectorEmitter implements Emitter {
  @Override
  public String name() {
    return "vector";
  }

  @Override
  public Target target() {
    return Target.VECTOR;
  }

  @Override
  public GeneratedModel emit(List<Variant> variants, EmitOptions options) {
    return ModelSources.of(variants, options, new VectorMethods());
  }
}
