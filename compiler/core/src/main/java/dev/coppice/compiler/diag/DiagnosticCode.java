package dev.coppice.compiler.diag;

import java.util.Locale;

/** Every message the compiler can give: severity, {@link String#format} pattern and remedy. */
public enum DiagnosticCode {
  UNSUPPORTED_OPERATOR(
      Severity.ERROR,
      "operator '%s' of domain '%s' is not supported.",
      "Run 'coppice ops' for what is, and re-export the model without it."),
  RANDOM_OPERATOR(
      Severity.ERROR,
      "operator '%s' draws random numbers, so that no two runs give the same.",
      "Export the model for inference, or make what is drawn an input of it."),
  OPERATOR_OUTSIDE(
      Severity.ERROR,
      "operator '%s' works on %s, not on tensors of numbers.",
      "Do that part in Java before the model runs, and export the model without it."),
  UNSUPPORTED_ATTRIBUTE(
      Severity.ERROR, "attribute %s is not supported; %s.", "Re-export the model without it."),
  UNSUPPORTED_TYPE(
      Severity.ERROR,
      "element type %s is not supported here; %s.",
      "Convert the model to float32."),
  UNSUPPORTED_STRINGS(
      Severity.ERROR,
      "%s '%s' holds strings, which are not supported.",
      "Turn them into numbers in Java before the model runs, and export the model without them."),
  BAD_NODE(Severity.ERROR, "%s.", "The model is not valid ONNX; re-export it."),
  FILE_UNREADABLE(Severity.ERROR, "%s.", "Check the path."),
  FILE_MALFORMED(
      Severity.ERROR, "%s.", "The file is damaged or is not ONNX; export or download it again."),
  LIMIT_EXCEEDED(
      Severity.ERROR, "%s.", "Give the JVM more memory with -Xmx, or use a smaller model."),
  TENSOR_INVALID(
      Severity.ERROR, "tensor '%s' is invalid: %s.", "The file is damaged; export it again."),
  EXTERNAL_DATA_INVALID(
      Severity.ERROR,
      "tensor '%s' refers to %s.",
      "Put the data file that was exported with the model into the model's folder."),
  GRAPH_INVALID(Severity.ERROR, "%s.", "The model is not valid ONNX; re-export it."),
  UNSUPPORTED_OPSET(
      Severity.ERROR,
      "opset %d of 'ai.onnx' is outside the supported range %d..%d.",
      "Re-export with an opset of that range, best 13 or newer."),
  OPSET_NOT_RAISED(
      Severity.ERROR,
      "it cannot be written in opset %d of 'ai.onnx': %s.",
      "Re-export the model with that opset or a newer one."),
  NOT_CONSTANT(
      Severity.ERROR,
      "%s must be a constant, but '%s' depends on the model's inputs.",
      "Bind the input it depends on with --bind NAME=VALUE, or re-export with fixed shapes."),
  UNBOUNDED_SHAPE(
      Severity.ERROR,
      "%s is known only at run time, and '%s' declares no bound for it.",
      "Bind the input it depends on with --bind NAME=VALUE; or declare the shape of that value in"
          + " the model, with a name for the dimension, and give its bound with --dim NAME=MOST."),
  DYNAMIC_SHAPE(
      Severity.ERROR,
      "the shape of operand '%s' is known only at run time (at most %s), which is not supported"
          + " here%s.",
      "Bind the inputs that it depends on with --bind NAME=VALUE, or end the model before."),
  UNBOUND_DIMENSION(
      Severity.ERROR,
      "dimension '%s' of input '%s' has no size.",
      "Bind it with --dim NAME=VALUE."),
  BATCH_IS_ONE(
      Severity.NOTE,
      "the batch dimension '%s' is taken as 1.",
      "Bind another size with --dim NAME=VALUE."),
  OUTPUT_CONTRADICTION(
      Severity.ERROR,
      "output '%s' is declared as %s, but its nodes compute %s.",
      "Re-export the model, or bind the dimensions that it was exported for with --dim."),
  MAPS_AS_TENSOR(
      Severity.NOTE,
      "output '%s' is a list of maps; their values are given as %s, a column for each label in the"
          + " order of ZipMap.",
      "Export with the option zipmap=False to have the same in the model."),
  MODEL_NOT_FOUND(
      Severity.ERROR,
      "no model '%s' in %s.",
      "Name the folder of the models with -Acoppice.modelDir=DIR, or put it among the resources."),
  ANNOTATED_TYPE_UNSUITABLE(Severity.ERROR, "%s.", ""),
  SIGNATURE_MISMATCH(Severity.ERROR, "%s.", ""),
  DATA_INVALID(Severity.ERROR, "%s.", ""),
  OUTPUT_FAILED(
      Severity.ERROR,
      "%s cannot be written: %s.",
      "Name another place, or make this one writable."),
  RECIPE_INVALID(
      Severity.ERROR, "%s.", "See the example in 'coppice compress --help' for what a step takes."),
  UNKNOWN_NODE(Severity.ERROR, "no node or initializer with weights is named '%s'%s.", ""),
  WEIGHTS_LEFT_ALONE(Severity.NOTE, "weights '%s' stay as they are: %s.", ""),
  LAYER_KEPT_IN_FLOAT(
      Severity.NOTE, "the layer lies between quantizers but is computed in float: %s.", ""),
  NO_WEIGHTS(
      Severity.ERROR,
      "there are no float32 constants that layers multiply with, or all are quantized or shared"
          + " already.",
      "Export the model with its weights as initializers."),
  LAYER_PRUNED_AWAY(
      Severity.WARNING,
      "all weights '%s' are removed, so what they lead to is constant.",
      "Remove less, exclude them, or use 'scope: layer'."),
  BUDGET_EXCEEDED(
      Severity.ERROR,
      "%s.",
      "Allow more, or compress otherwise; 'coppice sweep' shows what gives."),
  COSTS_INVALID(
      Severity.ERROR, "%s.", "Mend the line, or have 'coppice calibrate' write the file anew."),
  SCHEDULES_INVALID(
      Severity.ERROR,
      "%s.",
      "Mend the line, or delete the file and have 'coppice compile --tune' write it anew."),
  SCHEDULE_STALE(
      Severity.WARNING,
      "%s.",
      "Measure again with 'coppice compile --tune', or remove what does not match; predictions"
          + " decide there."),
  SCHEDULES_MISSING(
      Severity.NOTE,
      "%s.",
      "Measure them with 'coppice compile --tune'; predictions decide there."),
  JAVA_LIMIT(
      Severity.ERROR,
      "%s; Java allows %d.",
      "Split the model, or give operators fewer operands before it is exported."),
  OPTION_INVALID(Severity.ERROR, "%s.", "");

  private final Severity severity;
  private final String format;
  private final String remedy;

  DiagnosticCode(Severity severity, String format, String remedy) {
    this.severity = severity;
    this.format = format;
    this.remedy = remedy;
  }

  /** How serious it is. */
  public Severity severity() {
    return severity;
  }

  /** What the user can do about it; empty when the message says it. */
  public String remedy() {
    return remedy;
  }

  /** The stable bracketed name: {@code UNSUPPORTED_OPERATOR} is {@code UnsupportedOperator}. */
  public String label() {
    StringBuilder label = new StringBuilder();
    for (String word : name().split("_")) {
      label.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return label.toString();
  }

  /** The message with {@code args} filled in. */
  public String format(Object... args) {
    return String.format(Locale.ROOT, format, args);
  }
}
