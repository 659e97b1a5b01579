package dev.coppice.annotations;

/** What kind of Java a model is compiled to. */
public enum Backend {
  /** Loops over primitive arrays, source level 8, for every JVM and for Android. */
  PORTABLE,

  /**
   * Loops over vectors of {@code jdk.incubator.vector}, for JDK 17 and newer. The program that uses
   * the model is compiled and started with {@code --add-modules jdk.incubator.vector}.
   */
  VECTOR
}
