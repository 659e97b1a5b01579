package dev.coppice.compiler.onnx;

/**
 * An operator of {@code ai.onnx} that can be imported.
 *
 * @param name its name
 * @param since first opset that has it, or 7 if older
 * @param until last opset that has it
 * @param minInputs fewest operands
 * @param maxInputs most operands
 * @param maxOutputs most results
 * @param importer what a node of it becomes
 */
record OnnxOperator(
    String name,
    int since,
    int until,
    int minInputs,
    int maxInputs,
    int maxOutputs,
    NodeImporter importer) {

  /** This operator with {@code most} results. */
  OnnxOperator results(int most) {
    return new OnnxOperator(name, since, until, minInputs, maxInputs, most, importer);
  }

  /** This operator, which {@code last} is the last opset to have. */
  OnnxOperator until(int last) {
    return new OnnxOperator(name, since, last, minInputs, maxInputs, maxOutputs, importer);
  }
}
