package dev.coppice.compiler.emit;

import dev.coppice.compiler.emit.portable.PortableEmitter;
import dev.coppice.compiler.emit.vector.VectorEmitter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All backends, and the names by which a user asks for one or for a choice at start. */
public final class Emitters {
  /** The code of all backends, of which the JVM that runs it takes one. */
  public static final String AUTO = "auto";

  private static final List<Emitter> ALL = List.of(new PortableEmitter(), new VectorEmitter());

  private static final Map<String, List<Emitter>> NAMED = byName();

  private Emitters() {}

  private static Map<String, List<Emitter>> byName() {
    Map<String, List<Emitter>> named = new LinkedHashMap<>();
    ALL.forEach(e -> named.put(e.name(), List.of(e)));
    named.put(AUTO, ALL);
    return Collections.unmodifiableMap(named);
  }

  /** Every name that {@link #named} knows, the default first. */
  public static Set<String> names() {
    return NAMED.keySet();
  }

  /**
   * What the generated class is to contain, the one that every JVM runs first; empty if there is
   * nothing of this name.
   */
  public static List<Emitter> named(String name) {
    return NAMED.getOrDefault(name, List.of());
  }

  /** Every backend, the default first. */
  public static List<Emitter> all() {
    return ALL;
  }
}
