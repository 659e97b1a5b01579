package dev.coppice.compiler.loop;

import java.util.Locale;

/**
 * A figure of {@link Costs}: its unit, what it is the cost of, and its value where nothing else is
 * known, that of an x86-64 core with 512-bit vectors under HotSpot 17 and 25. Times are those of
 * one core. A step is the time in which a core starts two multiply-adds, or two loads, of
 * registers.
 */
public enum CostFigure {
  CALL(Scope.ALL, Source.FITTED, "ns", 8, 6, "a call of a microkernel that walks arrays"),
  STREAMED(
      Scope.ALL, Source.FITTED, "ns", 0.25, "extra for a term that is read from an index stream"),
  TERM(
      Scope.ALL,
      Source.FITTED,
      "ns",
      0.04,
      0.067,
      "a multiply-add of one element in a microkernel that walks arrays"),
  BLOCKED(
      Scope.REGISTERS,
      Source.FITTED,
      "ns",
      0.04,
      0.024,
      "a multiply-add of one element in registers, planes read at one index"),
  COPY(Scope.ALL, Source.FITTED, "ns", 0.042, "an element of a contiguous copy"),
  STRIDED(Scope.ALL, Source.FITTED, "ns", 0.3, "an element of a strided copy or of scalar code"),
  STEP(Scope.REGISTERS, Source.FITTED, "ns", 1 / 2.4, "two multiply-adds or loads of registers"),
  LATENCY(
      Scope.REGISTERS,
      Source.FITTED,
      "steps",
      4,
      "until the result of a multiply-add is there for the next"),
  SPREAD(
      Scope.REGISTERS, Source.FITTED, "loads", 1.2, "loading a factor and spreading it in lanes"),
  TABLE(
      Scope.REGISTERS,
      Source.FITTED,
      "times",
      1.5,
      "how much longer a term takes whose place a table says"),
  PANEL_CALL(
      Scope.REGISTERS, Source.FITTED, "steps", 40, "a tile of a panel beside its multiply-adds"),
  KERNEL_ROW_TILE(
      Scope.REGISTERS, Source.FITTED, "steps", 8, "a tile of written-out kernel rows, likewise"),
  DEPTHWISE_TILE(
      Scope.REGISTERS, Source.FITTED, "steps", 5, "a tile of a depthwise convolution, likewise"),
  DEPTHWISE_ROW(
      Scope.REGISTERS, Source.FITTED, "steps", 3, "a register of a row of planes, likewise"),
  TRANSFORM(
      Scope.REGISTERS, Source.FITTED, "steps", 5, "a register through Winograd's transformations"),
  SPARSE_TERM(
      Scope.REGISTERS, Source.FITTED, "steps", 2, "the offset of a term of a sparse tile, loaded"),
  SPARSE_FACTOR(
      Scope.REGISTERS, Source.FITTED, "steps", 1, "a factor of it, loaded and spread in lanes"),
  SPARSE_LOAD(Scope.REGISTERS, Source.FITTED, "steps", 1.8, "a register that it meets"),
  SPARSE_SUM(
      Scope.REGISTERS,
      Source.FITTED,
      "steps",
      0.7,
      "that register times a factor, if that is more"),
  SPARSE_CHANNEL(
      Scope.REGISTERS, Source.FITTED, "steps", 15, "a block of output channels of a sparse tile"),
  SPARSE_STORE(Scope.REGISTERS, Source.FITTED, "steps", 3, "a register of it, finished and stored"),
  PADDED(Scope.REGISTERS, Source.FITTED, "ns", 0.03, "a byte copied with padding around rows"),
  LOADED(Scope.ALL, Source.MEASURED, "ns", 0.08, "a byte of an operand read from main memory"),
  HAND_OVER(
      Scope.ALL, Source.MEASURED, "ns", 3_000, "giving work to a thread and taking its result"),
  CACHED(
      Scope.ALL,
      Source.CHOSEN,
      "bytes",
      1 << 20,
      "of an operand are in the cache when they are read again"),
  BYTE(Scope.ALL, Source.CHOSEN, "ns", 0.01, "the price of a byte of bytecode or of weights"),
  CODE(Scope.ALL, Source.CHOSEN, "bytes", 16_000, "of bytecode that unrolling may add to a kernel");

  /** Where a figure bears on predictions. */
  private enum Scope {
    ALL,
    REGISTERS
  }

  private enum Source {
    /** Found by least squares from the times of kernels. */
    FITTED,
    /** Measured by itself. */
    MEASURED,
    /** What someone decided. */
    CHOSEN
  }

  private final Scope scope;
  private final Source source;
  private final String unit;
  private final double portable;
  private final double vector;
  private final String what;

  CostFigure(Scope scope, Source source, String unit, double portable, double vector, String what) {
    this.scope = scope;
    this.source = source;
    this.unit = unit;
    this.portable = portable;
    this.vector = vector;
    this.what = what;
  }

  CostFigure(Scope scope, Source source, String unit, double value, String what) {
    this(scope, source, unit, value, value, what);
  }

  /** Its name in files: {@code PANEL_CALL} is {@code panelCall}. */
  public String label() {
    StringBuilder label = new StringBuilder();
    for (String word : name().split("_")) {
      String rest = word.substring(1).toLowerCase(Locale.ROOT);
      label.append(label.length() == 0 ? word.toLowerCase(Locale.ROOT) : word.charAt(0) + rest);
    }
    return label.toString();
  }

  /** What its value counts. */
  public String unit() {
    return unit;
  }

  /** What it is the cost of, in a few words. */
  public String what() {
    return what;
  }

  /** Its value where nothing else is known. */
  double standard(boolean vectorApi) {
    return vectorApi ? vector : portable;
  }

  /** Whether predictions for a target depend on it. */
  public boolean appliesTo(boolean vectorApi) {
    return vectorApi || scope == Scope.ALL;
  }

  /** Whether it is found by comparing predicted with measured times of kernels. */
  public boolean isFitted() {
    return source == Source.FITTED;
  }

  /** Whether it is a decision and no property of a machine. */
  public boolean isChosen() {
    return source == Source.CHOSEN;
  }
}
