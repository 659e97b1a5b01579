package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.java.ModelSources;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.Variant;
import java.util.List;

/** Plain Java 8 for any JVM; loops are shaped for the vectorizer of HotSpot's C2. */
public final class PortableEmitter implements Emitter {
  @Override
  public String name() {
    return "portable";
  }

  @Override
  public Target target() {
    return Target.PORTABLE;
  }

  @Override
  public GeneratedModel emit(List<Variant> variants, EmitOptions options) {
    return ModelSources.of(variants, options, new PortableMethods());
  }
}
