package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/** Operators that interpolate, whose ways to do so got names. */
final class ResizeForms {
  private static final String COORDINATES = "coordinate_transformation_mode";

  private ResizeForms() {}

  /** Upsample is Resize. */
  static List<NodeProto> ofUpsample(NodeProto node, Surroundings graph) {
    return List.of(node.toBuilder().setOpType("Resize").build());
  }

  /**
   * Resize: scales are operand 2 and coordinates are said. Before, runtimes took the neighbour
   * below when they enlarged and the one above when they shrank.
   */
  static List<NodeProto> withCoordinates(NodeProto node, Surroundings graph) {
    String scales = node.getInput(1);
    NodeProto moved =
        node.toBuilder()
            .clearInput()
            .addInput(node.getInput(0))
            .addInput("")
            .addInput(scales)
            .build();
    NodeProto said = Nodes.with(moved, Nodes.text(COORDINATES, "asymmetric"));
    if (Nodes.text(node, "mode", "nearest").equals("nearest")) {
      return List.of(Nodes.with(said, Nodes.text("nearest_mode", rounding(scales, graph))));
    }
    return List.of(Nodes.with(said, Nodes.text("mode", "linear")));
  }

  private static String rounding(String scales, Surroundings graph) {
    Tensor data =
        graph
            .constant(scales)
            .orElseThrow(() -> new IllegalArgumentException("its scales are not constant"));
    for (int i = 0; i < data.size(); i++) {
      if (data.floatAt(i) < 1) {
        return "ceil";
      }
    }
    return "floor";
  }

  /** Resize: coordinates of TensorFlow's nearest neighbour were given up. */
  static List<NodeProto> withoutPixelsOfTensorFlow(NodeProto node, Surroundings graph) {
    if (Nodes.text(node, COORDINATES, "half_pixel").equals("tf_half_pixel_for_nn")) {
      throw new IllegalArgumentException("coordinates tf_half_pixel_for_nn were given up");
    }
    return List.of(node);
  }

  /** RoiAlign: the half pixel that regions were not moved by is said. */
  static List<NodeProto> regionsWithoutHalfPixel(NodeProto node, Surroundings graph) {
    return List.of(Nodes.with(node, Nodes.text(COORDINATES, "output_half_pixel")));
  }

  /** GridSample: the modes have other names. */
  static List<NodeProto> sampling(NodeProto node, Surroundings graph) {
    String mode =
        switch (Nodes.text(node, "mode", "bilinear")) {
          case "bilinear" -> "linear";
          case "bicubic" -> "cubic";
          default -> "nearest";
        };
    return List.of(Nodes.with(node, Nodes.text("mode", mode)));
  }
}
