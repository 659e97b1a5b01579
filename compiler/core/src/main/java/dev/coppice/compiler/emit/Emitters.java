package dev.coppice.compiler.emit;

import dev.coppice.compiler.emit.portable.PortableEmitter;
import dev.coppice.compiler.emit.vector.VectorEmitter;
import java.util.List;
import java.util.Optional;

/** All backends. */
public final class Emitters {
  private static final List<Emitter> ALL = List.of(new PortableEmitter(), new VectorEmitter());

  private Emitters() {}

  /** The backend of this name. */
  public static Optional<Emitter> named(String name) {
    return ALL.stream().filter(e -> e.name().equals(name)).findFirst();
  }

  /** Every backend, the default first. */
  public static List<Emitter> all() {
    return ALL;
  }
}
