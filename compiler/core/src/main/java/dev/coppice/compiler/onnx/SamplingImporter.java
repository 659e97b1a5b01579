package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.GridSample;
import dev.coppice.compiler.op.RoiAlign;
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

  /** RoiAlign, since 10; coordinates are half an element further by default since 16. */
  static List<Value> roiAlign(NodeContext node) {
    Attributes a = node.attributes();
    boolean half =
        node.opset() >= 16
            && a.choice("coordinate_transformation_mode", "half_pixel", "output_half_pixel")
                .equals("half_pixel");
    return node.all(
        new RoiAlign(
            a.integer("output_height", 1),
            a.integer("output_width", 1),
            a.integer("sampling_ratio", 0),
            a.number("spatial_scale", 1),
            half,
            a.choice("mode", "avg", "max").equals("max")));
  }
}
