package dev.coppice.compiler.onnx;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.ir.Value;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What operators make of operands whose extents are known only at run time: they compute on the
 * padded values, and these rules say which results have which extents, or refuse.
 */
final class DynamicShapes {
  /** Imports a node that has such operands. */
  private interface Rule {
    List<Value> apply(NodeContext node, NodeImporter importer);
  }

  private static final String[] ELEMENTWISE = {
    "Abs",
    "Acos",
    "Acosh",
    "Add",
    "And",
    "Asin",
    "Asinh",
    "Atan",
    "Atanh",
    "BitShift",
    "BitwiseAnd",
    "BitwiseNot",
    "BitwiseOr",
    "BitwiseXor",
    "Cast",
    "CastLike",
    "Ceil",
    "Celu",
    "Clip",
    "Cos",
    "Cosh",
    "Div",
    "Dropout",
    "Elu",
    "Equal",
    "Erf",
    "Exp",
    "Floor",
    "Gelu",
    "Greater",
    "GreaterOrEqual",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "IsInf",
    "IsNaN",
    "LeakyRelu",
    "Less",
    "LessOrEqual",
    "Log",
    "Max",
    "Mean",
    "Min",
    "Mish",
    "Mod",
    "Mul",
    "Neg",
    "Not",
    "Or",
    "PRelu",
    "Pow",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Shrink",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Sub",
    "Sum",
    "Swish",
    "Tan",
    "Tanh",
    "ThresholdedRelu",
    "Where",
    "Xor"
  };

  private static final String[] REDUCTIONS = {
    "ArgMax",
    "ArgMin",
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSum",
    "ReduceSumSquare"
  };

  private static final Map<String, Rule> RULES = new TreeMap<>();

  static {
    for (String name : ELEMENTWISE) {
      RULES.put(name, ExtentRules::elementwise);
    }
    for (String name : REDUCTIONS) {
      RULES.put(name, ExtentRules::reduction);
    }
    RULES.put("Concat", ExtentRules::concat);
    RULES.put("Flatten", ExtentRules::reshape);
    RULES.put("Gather", ExtentRules::gather);
    RULES.put("GatherND", ExtentRules::gatherNd);
    RULES.put("LogSoftmax", ExtentRules::alongAxis);
    RULES.put("MatMul", ExtentRules::matMul);
    RULES.put("Reshape", ExtentRules::reshape);
    RULES.put("Shape", ExtentRules::shape);
    RULES.put("Size", ExtentRules::size);
    RULES.put("Slice", ExtentRules::slice);
    RULES.put("Softmax", ExtentRules::alongAxis);
    RULES.put("Squeeze", ExtentRules::reshape);
    RULES.put("Transpose", ExtentRules::transpose);
    RULES.put("Unsqueeze", ExtentRules::reshape);
  }

  private DynamicShapes() {}

  /**
   * The importer of {@code operator} for a node some of whose operands have run-time extents.
   *
   * @throws CompileException if there is no rule for it
   */
  static NodeImporter importer(OnnxOperator operator, SourceRef where) {
    Rule rule = RULES.get(operator.name());
    return node -> {
      if (rule == null) {
        throw refused(node, where, ": " + operator.name() + " needs fixed shapes");
      }
      try {
        return rule.apply(node, operator.importer());
      } catch (ExtentRules.Refusal e) {
        throw refused(node, where, ": " + e.getMessage());
      }
    };
  }

  private static CompileException refused(NodeContext node, SourceRef where, String why) {
    Value operand =
        node.given().stream().filter(node.extents()::isDynamic).findFirst().orElseThrow();
    return new CompileException(
        DiagnosticCode.DYNAMIC_SHAPE, where, operand.name(), operand.type(), why);
  }
}
