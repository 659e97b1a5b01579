package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.opset.SignatureChange.Form;
import java.util.ArrayList;
import java.util.List;

/** The table of the operators that are written in another way since an opset after 6. */
final class SignatureChanges {
  private static final List<String> BROADCASTING =
      List.of("Add", "And", "Div", "Equal", "Greater", "Less", "Mul", "Or", "Pow", "Sub", "Xor");
  private static final List<String> EXPERIMENTAL =
      List.of("Affine", "Crop", "ImageScaler", "ParametricSoftplus", "ScaledTanh");
  private static final List<String> RECURRENT = List.of("GRU", "LSTM", "RNN");
  private static final List<String> NORMALIZED = List.of("Hardmax", "LogSoftmax", "Softmax");
  private static final List<String> REDUCTIONS =
      List.of(
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceProd",
          "ReduceSumSquare");

  /** All changes, sorted by opset. */
  static final List<SignatureChange> TABLE = table();

  private SignatureChanges() {}

  private static List<SignatureChange> table() {
    List<SignatureChange> all = new ArrayList<>();
    BROADCASTING.forEach(o -> add(all, o, 7, BroadcastForms::aligned));
    add(all, "PRelu", 7, BroadcastForms::slope);
    add(all, "Gemm", 7, without("broadcast"));
    add(all, "BatchNormalization", 7, without("is_test"));
    add(all, "Dropout", 7, without("is_test"));
    RECURRENT.forEach(o -> add(all, o, 7, without("output_sequence")));
    add(all, "BatchNormalization", 9, InferenceForms::spatial);
    add(all, "Upsample", 9, OperandForms::scales);
    add(all, "Scan", 9, refused("Scan of opset 8 scans a batch at once"));
    EXPERIMENTAL.forEach(o -> add(all, o, 10, refused("the operator was given up")));
    add(all, "Dropout", 10, InferenceForms::booleanMask);
    add(all, "Slice", 10, OperandForms::slice);
    add(all, "TopK", 10, OperandForms::count);
    add(all, "Upsample", 10, ResizeForms::ofUpsample);
    add(all, "Clip", 11, OperandForms::bounds);
    add(all, "Pad", 11, OperandForms::pads);
    add(all, "Resize", 11, ResizeForms::withCoordinates);
    add(all, "Scatter", 11, (n, g) -> List.of(n.toBuilder().setOpType("ScatterElements").build()));
    add(all, "Dropout", 12, OperandForms::ratio);
    NORMALIZED.forEach(o -> add(all, o, 13, AxisForms::normalized));
    add(all, "ReduceSum", 13, OperandForms::axes);
    add(all, "Resize", 13, ResizeForms::withoutPixelsOfTensorFlow);
    add(all, "Split", 13, OperandForms::sizes);
    add(all, "Squeeze", 13, OperandForms::axes);
    add(all, "Unsqueeze", 13, OperandForms::axes);
    add(all, "BatchNormalization", 14, InferenceForms::oneResult);
    add(all, "RoiAlign", 16, ResizeForms::regionsWithoutHalfPixel);
    REDUCTIONS.forEach(o -> add(all, o, 18, OperandForms::axes));
    add(all, "Split", 18, OperandForms::parts);
    add(all, "DFT", 20, OperandForms::fourierAxis);
    add(all, "GridSample", 20, ResizeForms::sampling);
    add(all, "GroupNormalization", 21, AxisForms::scalePerChannel);
    return List.copyOf(all);
  }

  private static void add(List<SignatureChange> all, String operator, int opset, Form form) {
    all.add(new SignatureChange(operator, opset, form));
  }

  private static Form without(String attribute) {
    return (node, graph) -> List.of(Nodes.without(node, attribute));
  }

  private static Form refused(String reason) {
    return (node, graph) -> {
      throw new IllegalArgumentException(reason);
    };
  }
}
