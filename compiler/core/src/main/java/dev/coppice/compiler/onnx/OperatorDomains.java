package dev.coppice.compiler.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The operators that can be imported, by the domain that defines them. */
public final class OperatorDomains {
  /** The domain of the operators that ONNX itself defines. */
  public static final String ONNX = "ai.onnx";

  private static final Map<String, Map<String, OnnxOperator>> BY_DOMAIN = new TreeMap<>();

  static {
    // A domain a line: its name and the table of its operators.
    define(ONNX, OnnxOperators.TABLE);
    define("ai.onnx.ml", MachineLearningOperators.TABLE);
    define("ai.onnx.preview", PreviewOperators.TABLE);
    define(GradientImporter.DOMAIN, TrainingOperators.TABLE);
    define("com.microsoft", MicrosoftOperators.TABLE);
    define("qonnx.custom_op.general", LowBitOperators.TABLE);
    define("onnx.brevitas", LowBitOperators.TABLE);
    define("finn.custom_op.general", LowBitOperators.TABLE);
  }

  private OperatorDomains() {}

  private static void define(String domain, List<OnnxOperator> table) {
    Map<String, OnnxOperator> byName = BY_DOMAIN.computeIfAbsent(domain, d -> new TreeMap<>());
    table.forEach(o -> byName.put(o.name(), o));
  }

  /** All domains with an operator, sorted. */
  public static List<String> domains() {
    return BY_DOMAIN.entrySet().stream()
        .filter(d -> !d.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * An operator that can be imported.
   *
   * @param since first opset of {@code ai.onnx}, of those supported, that it is taken from
   * @param until last one
   * @param minInputs fewest operands
   * @param maxInputs most operands, {@link Integer#MAX_VALUE} for any number
   * @param maxOutputs most results, likewise
   */
  public record Entry(
      String domain,
      String name,
      int since,
      int until,
      int minInputs,
      int maxInputs,
      int maxOutputs) {}

  /** All operators, by domain and name. */
  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    BY_DOMAIN.forEach(
        (domain, operators) -> operators.values().forEach(o -> entries.add(entry(domain, o))));
    return entries;
  }

  private static Entry entry(String domain, OnnxOperator o) {
    return new Entry(
        domain, o.name(), o.since(), o.until(), o.minInputs(), o.maxInputs(), o.maxOutputs());
  }

  /** Names of the operators of {@code domain} that can be imported, sorted. */
  public static List<String> names(String domain) {
    return List.copyOf(BY_DOMAIN.getOrDefault(domain, Map.of()).keySet());
  }

  /**
   * The operator {@code name} of {@code domain}; an empty domain is {@link #ONNX}, in which files
   * of old exporters keep low-bit operators, too.
   */
  static Optional<OnnxOperator> find(String domain, String name) {
    OnnxOperator found =
        BY_DOMAIN.getOrDefault(domain.isEmpty() ? ONNX : domain, Map.of()).get(name);
    if (found == null && domain.isEmpty()) {
      found = BY_DOMAIN.getOrDefault("qonnx.custom_op.general", Map.of()).get(name);
    }
    return Optional.ofNullable(found);
  }
}
