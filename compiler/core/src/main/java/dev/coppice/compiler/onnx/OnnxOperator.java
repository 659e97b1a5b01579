package dev.coppice.compiler.onnx;

/**
 * An operator that can be imported.
 *
 * @param name its name
 * @param since first opset of {@code ai.onnx} that has it, or 6 if older or of another domain
 * @param until last opset of {@code ai.onnx} that has it
 * @param minInputs fewest operands
 * @param maxInputs most operands
 * @param maxOutputs most results
 * @param takesContainers whether an operand may be a sequence or an optional
 * @param importer what a node of it becomes
 */
record OnnxOperator(
    String name,
    int since,
    int until,
    int minInputs,
    int maxInputs,
    int maxOutputs,
    boolean takesContainers,
    NodeImporter importer) {

  /** An operator of another domain than {@code ai.onnx}, with one result. */
  static OnnxOperator custom(String name, int min, int max, NodeImporter importer) {
    return new OnnxOperator(
        name, OnnxImporter.OLDEST_OPSET, OnnxImporter.NEWEST_OPSET, min, max, 1, false, importer);
  }

  /** This operator with {@code most} results. */
  OnnxOperator results(int most) {
    return new OnnxOperator(
        name, since, until, minInputs, maxInputs, most, takesContainers, importer);
  }

  /** This operator, which {@code last} is the last opset to have. */
  OnnxOperator until(int last) {
    return new OnnxOperator(
        name, since, last, minInputs, maxInputs, maxOutputs, takesContainers, importer);
  }

  /** This operator, which also takes sequences and optionals. */
  OnnxOperator onContainers() {
    return new OnnxOperator(name, since, until, minInputs, maxInputs, maxOutputs, true, importer);
  }
}
