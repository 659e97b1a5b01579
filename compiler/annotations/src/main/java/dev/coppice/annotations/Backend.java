package dev.coppice.annotations;

/** What kind of Java a model is compiled to. */
public enum Backend {
  /** Loops over primitive arrays, source level 8, for every JVM and for Android. */
  PORTABLE,

  /**
   * Loops over vectors of {@code jdk.incubator.vector}, for JDK 17 and newer. The program that uses
   * the model is compiled and started with {@code --add-modules jdk.incubator.vector}.
   */
  VECTOR,

  /**
   * Both: code for the Vector API where the JVM has that module and runs it fast, else plain Java.
   * The program is compiled with {@code --add-modules jdk.incubator.vector} and started with or
   * without it; the constant {@code BACKEND} of the generated class says what was chosen.
   */
  AUTO
}
