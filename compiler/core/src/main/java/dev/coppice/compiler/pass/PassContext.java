package dev.coppice.compiler.pass;

import dev.coppice.compiler.diag.DiagnosticSink;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * What one run of a pipeline is asked for and has done: options, where messages go, the number of
 * patches applied.
 */
public final class PassContext {
  private final DiagnosticSink diagnostics;
  private final OptionalLong numericsSeed;
  private final Optional<BiConsumer<String, String>> dump;
  private final int maxPatches;
  private int patches;
  private String lastPatch = "none";

  private PassContext(
      DiagnosticSink diagnostics,
      OptionalLong numericsSeed,
      Optional<BiConsumer<String, String>> dump,
      int maxPatches) {
    this.diagnostics = diagnostics;
    this.numericsSeed = numericsSeed;
    this.dump = dump;
    this.maxPatches = maxPatches;
  }

  /** A context without checks, dumps or limits. */
  public PassContext(DiagnosticSink diagnostics) {
    this(diagnostics, OptionalLong.empty(), Optional.empty(), Integer.MAX_VALUE);
  }

  /**
   * As this one before any patch, and the results of the graph are compared before and after each
   * pass on inputs made from {@code seed}.
   */
  public PassContext checkingNumerics(long seed) {
    return new PassContext(diagnostics, OptionalLong.of(seed), dump, maxPatches);
  }

  /**
   * As this one before any patch, and {@code sink} is given a pass name and the text of the graph
   * after each pass that changed it.
   */
  public PassContext dumpingTo(BiConsumer<String, String> sink) {
    return new PassContext(diagnostics, numericsSeed, Optional.of(sink), maxPatches);
  }

  /**
   * As this one before any patch, and no more than {@code limit} patches are applied: for finding
   * the patch that breaks a model.
   */
  public PassContext stoppingAfter(int limit) {
    return new PassContext(diagnostics, numericsSeed, dump, limit);
  }

  /** Where messages to the user go. */
  public DiagnosticSink diagnostics() {
    return diagnostics;
  }

  /** Seed of the inputs that passes are checked with; empty if they are not checked. */
  public OptionalLong numericsSeed() {
    return numericsSeed;
  }

  /** Takes pass name and text of each changed graph. */
  Optional<BiConsumer<String, String>> dump() {
    return dump;
  }

  /** Whether another patch may be applied. */
  public boolean mayPatch() {
    return patches < maxPatches;
  }

  /** Notes that {@code pass} applied a patch at node {@code node}. */
  public void patched(String pass, String node) {
    patches++;
    lastPatch = pass + " at node '" + node + "'";
  }

  /** Number of patches applied so far. */
  public int patches() {
    return patches;
  }

  /** The latest patch, as pass and node. */
  public String lastPatch() {
    return lastPatch;
  }
}
