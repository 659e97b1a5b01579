package dev.coppice.compiler.emit.java;

/**
 * Limits of class files and of the JVMs that run them, and the budgets derived from them. All in
 * bytes of bytecode unless said.
 */
public final class ClassFileLimits {
  /** HotSpot never compiles a longer method, nor replaces it on the stack: it stays interpreted. */
  public static final int JIT_METHOD_BYTES = 8_000;

  /** The class file format's bound on a method's code. */
  public static final int METHOD_BYTES = 65_535;

  /** The class file format's bound on the constant pool, in entries. */
  public static final int CONSTANT_POOL_ENTRIES = 65_535;

  /** Parameters of a method, where a long or double counts twice. */
  public static final int PARAMETERS = 255;

  /** Elements that every JVM gives an array, if there is memory. */
  public static final int ARRAY_ELEMENTS = Integer.MAX_VALUE - 8;

  /** Bytes of modified UTF-8 that javac takes in one string constant. */
  public static final int STRING_CONSTANT_BYTES = 65_534;

  /**
   * What a method may take by estimate: below {@link #JIT_METHOD_BYTES} since compilers differ by
   * some bytes.
   */
  public static final int METHOD_BUDGET = 6_000;

  /**
   * What the methods of one kernel class may take together. A constant costs at least two bytes
   * where it is used and one pool entry, or two for a method reference: this keeps the pool below
   * half of its bound.
   */
  public static final int KERNEL_CLASS_BUDGET = 48_000;

  /** String constants per class of packed weights: about a megabyte of source text each. */
  public static final int CONSTANTS_PER_CLASS = 16;

  private ClassFileLimits() {}
}
