package dev.coppice.runtime;

import java.util.Locale;

/**
 * Whether a class generated with both kinds of code computes with {@code jdk.incubator.vector} or
 * in plain Java. It asks once, when it is initialized, and before it touches the code that needs
 * the module; nothing is measured, so that a JVM always comes to the same answer.
 *
 * <p>The Vector API is fast where C2 keeps vectors in registers; elsewhere each of them is an
 * object, and code that uses them a hundred times slower than plain Java. So the answer is {@link
 * #VECTOR} in a HotSpot JVM with C2, on a processor that multiplies and adds in one instruction.
 * The system property {@value #PROPERTY} overrides it.
 */
public final class VectorChoice {
  /** System property whose value is one of the two answers. */
  public static final String PROPERTY = "coppice.backend";

  /** Computes with the Vector API. */
  public static final String VECTOR = "vector";

  /** Computes in plain Java. */
  public static final String PORTABLE = "portable";

  private VectorChoice() {}

  /**
   * Whether it is worth touching the Vector API: it may take 30 ms to load.
   *
   * @throws IllegalArgumentException if the system property has neither of the two values
   */
  public static boolean mayBeFast() {
    String asked = property(PROPERTY, "");
    if (!asked.isEmpty()) {
      if (!asked.equals(VECTOR) && !asked.equals(PORTABLE)) {
        throw new IllegalArgumentException(
            "system property "
                + PROPERTY
                + " is '"
                + asked
                + "', expected '"
                + VECTOR
                + "' or '"
                + PORTABLE
                + "'");
      }
      return asked.equals(VECTOR);
    }
    return compiles(
        property("java.vm.name", ""),
        property("java.vm.version", ""),
        property("java.vm.info", ""));
  }

  /**
   * The answer for registers of so many floats.
   *
   * @param lanes length of the preferred species of the Vector API
   */
  public static String backend(int lanes) {
    boolean asked = property(PROPERTY, "").equals(VECTOR);
    return asked || pays(lanes, property("os.arch", "")) ? VECTOR : PORTABLE;
  }

  /**
   * The answer where the Vector API is missing.
   *
   * @throws IllegalStateException if the system property asks for it nevertheless
   */
  public static String backend(LinkageError missing) {
    if (property(PROPERTY, "").equals(VECTOR)) {
      throw new IllegalStateException(
          "system property "
              + PROPERTY
              + " is '"
              + VECTOR
              + "', but this JVM was started without the module: add"
              + " --add-modules jdk.incubator.vector",
          missing);
    }
    return PORTABLE;
  }

  /**
   * Whether this is HotSpot with C2. "Server VM" names neither OpenJ9, Zing, native images nor
   * Android; Graal in place of C2 tells of JVMCI in the version; {@code -Xint} and {@code
   * -XX:TieredStopAtLevel=1} show in the mode.
   */
  static boolean compiles(String vmName, String vmVersion, String vmInfo) {
    return vmName.contains("Server VM")
        && !vmVersion.contains("jvmci")
        && !vmInfo.contains("interpreted")
        && !vmInfo.contains("emulated-client");
  }

  /**
   * Whether registers of so many floats can be multiplied and added in one instruction, without
   * which C2 makes objects of them. On x86, processors with 256-bit integers (AVX2) can; others
   * with vectors of 128 bits can, too.
   */
  static boolean pays(int lanes, String arch) {
    String name = arch.toLowerCase(Locale.ROOT);
    boolean x86 = name.equals("amd64") || name.startsWith("x86") || name.endsWith("86");
    return lanes >= (x86 ? 8 : 4);
  }

  private static String property(String name, String otherwise) {
    try {
      return System.getProperty(name, otherwise);
    } catch (SecurityException e) {
      return otherwise;
    }
  }
}
