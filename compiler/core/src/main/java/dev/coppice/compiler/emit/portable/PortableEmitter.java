package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.java.MethodRenderer;
import dev.coppice.compiler.loop.Target;

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
  public MethodRenderer methods() {
    return new PortableMethods();
  }
}
