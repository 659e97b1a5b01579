package dev.coppice.compiler.emit.vector;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.java.MethodRenderer;
import dev.coppice.compiler.loop.Target;

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
  public MethodRenderer methods() {
    return new VectorMethods();
  }
}
