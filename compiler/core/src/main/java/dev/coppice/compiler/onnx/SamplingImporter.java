package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.GridSample;
import java.util.List;
import java.util.Locale;

/** Operators that read between elements. */
final class SamplingImporter {
  private SamplingImporter() {}

  /** GridSample, since 16; modes are spelled without {@code bi} since 20. */
  static List<Value> grid(NodeContext node) {
    Attributes a = node.attributes();
    String mode =
        node.opset() < 20
            ? a.choice("mode", "bilinear", "nearest", "bicubic").replaceFirst("^bi", "")
            : a.choice("mode", "linear", "nearest", "cubic");
    String padding = a.choice("padding_mode", "zeros", "border", "reflection");
    return node.all(
        new GridSample(
            GridSample.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
            GridSample.Padding.valueOf(padding.toUpperCase(Locale.ROOT)),
            a.flag("align_corners", false)));
  }
}
