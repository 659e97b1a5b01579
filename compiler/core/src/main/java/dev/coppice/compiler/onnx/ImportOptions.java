package dev.coppice.compiler.onnx;

import dev.coppice.compiler.onnx.wire.ImportLimits;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the user decides about a model when it is imported.
 *
 * @param dims sizes of symbolic dimensions by name; an unnamed one is {@code INPUT:AXIS}
 * @param binds values of inputs that become constants, by input name: one literal for every
 *     element, or all elements separated by commas
 * @param fileName what diagnostics call the model
 * @param limits what the model may ask of the machine
 */
public record ImportOptions(
    Map<String, Integer> dims, Map<String, String> binds, String fileName, ImportLimits limits) {
  public ImportOptions {
    dims = Collections.unmodifiableMap(new TreeMap<>(dims));
    binds = Collections.unmodifiableMap(new TreeMap<>(binds));
  }

  /** Options within the default limits. */
  public ImportOptions(Map<String, Integer> dims, Map<String, String> binds, String fileName) {
    this(dims, binds, fileName, ImportLimits.defaults());
  }

  /** Options that bind nothing. */
  public static ImportOptions of(String fileName) {
    return new ImportOptions(Map.of(), Map.of(), fileName);
  }
}
