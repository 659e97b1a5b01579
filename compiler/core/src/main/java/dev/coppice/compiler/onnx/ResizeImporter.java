package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Resize;
import dev.coppice.compiler.op.Resize.Coordinates;
import dev.coppice.compiler.op.Resize.Mode;
import dev.coppice.compiler.op.Resize.Nearest;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Resize, since 10: scales or sizes for some axes, with an aspect ratio policy since 18, become
 * scales and sizes for all.
 */
final class ResizeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    if (node.opset() < 11) {
      return UpsampleImporter.resize(node, scales(node, 1).orElse(List.of()));
    }
    Attributes a = node.attributes();
    int rank = node.shape(0).rank();
    List<Integer> axes =
        (node.opset() >= 18 ? a.integers("axes") : Optional.<List<Integer>>empty())
            .orElse(AxisArguments.all(rank));
    AxisArguments.sorted(axes, rank);
    Optional<List<Float>> scales = scales(node, 2);
    Optional<List<Long>> sizes = node.longs(3, "sizes").filter(s -> !s.isEmpty());
    if (scales.isPresent() == sizes.isPresent()) {
      throw new IllegalArgumentException(
          "exactly one of operands 'scales' and 'sizes' is expected");
    }
    checkLength("scales", scales, axes);
    checkLength("sizes", sizes, axes);
    List<Float> factors = new ArrayList<>(Collections.nCopies(rank, 1f));
    int[] shape = node.shape(0).dims();
    String policy =
        node.opset() >= 18
            ? a.choice("keep_aspect_ratio_policy", "stretch", "not_larger", "not_smaller")
            : "stretch";
    Optional<Float> common = sizes.flatMap(s -> common(policy, s, axes, node.shape(0)));
    for (int i = 0; i < axes.size(); i++) {
      int axis = AxisArguments.normalize(axes.get(i), rank);
      float factor =
          scales.isPresent()
              ? scales.get().get(i)
              : common.orElse((float) sizes.orElseThrow().get(i) / shape[axis]);
      factors.set(axis, factor);
      shape[axis] =
          scales.isPresent()
              ? scaled(factor * shape[axis])
              : common.isPresent()
                  ? scaled((float) Math.floor(factor * shape[axis] + 0.5f))
                  : Math.toIntExact(sizes.orElseThrow().get(i));
    }
    return List.of(node.add(resize(node, axes, factors, shape), node.input(0)));
  }

  private static Resize resize(
      NodeContext node, List<Integer> axes, List<Float> factors, int[] shape) {
    Attributes a = node.attributes();
    Coordinates coordinates =
        Coordinates.valueOf(
            a.choice(
                    "coordinate_transformation_mode",
                    "half_pixel",
                    "half_pixel_symmetric",
                    "pytorch_half_pixel",
                    "align_corners",
                    "asymmetric",
                    "tf_half_pixel_for_nn",
                    "tf_crop_and_resize")
                .toUpperCase(Locale.ROOT));
    return new Resize(
        Mode.valueOf(a.choice("mode", "nearest", "linear", "cubic").toUpperCase(Locale.ROOT)),
        coordinates,
        Nearest.valueOf(
            a.choice("nearest_mode", "round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
                .toUpperCase(Locale.ROOT)),
        a.number("cubic_coeff_a", -0.75f),
        a.flag("exclude_outside", false),
        node.opset() >= 18 && a.flag("antialias", false),
        a.number("extrapolation_value", 0),
        coordinates == Coordinates.TF_CROP_AND_RESIZE ? region(node, axes) : List.of(),
        factors,
        Arrays.stream(shape).boxed().toList());
  }

  /** Starts along all axes, then ends; an axis that is not named is taken whole. */
  private static List<Float> region(NodeContext node, List<Integer> axes) {
    int rank = node.shape(0).rank();
    Tensor roi = node.constant(1, "roi");
    if (roi.size() != 2 * axes.size()) {
      throw new IllegalArgumentException(
          "operand 'roi' is " + roi.type() + ", expected " + 2 * axes.size() + " elements");
    }
    List<Float> all = new ArrayList<>(Collections.nCopies(rank, 0f));
    all.addAll(Collections.nCopies(rank, 1f));
    for (int i = 0; i < axes.size(); i++) {
      int axis = AxisArguments.normalize(axes.get(i), rank);
      all.set(axis, roi.floatAt(i));
      all.set(axis + rank, roi.floatAt(i + axes.size()));
    }
    return all;
  }

  /**
   * The one scale of all axes that keeps the aspect ratio; empty when the policy does not ask for
   * it.
   */
  private static Optional<Float> common(
      String policy, List<Long> sizes, List<Integer> axes, Shape x) {
    if (policy.equals("stretch")) {
      return Optional.empty();
    }
    float least = Float.POSITIVE_INFINITY;
    float most = 0;
    for (int i = 0; i < axes.size(); i++) {
      float scale = (float) sizes.get(i) / x.dim(AxisArguments.normalize(axes.get(i), x.rank()));
      least = Math.min(least, scale);
      most = Math.max(most, scale);
    }
    return Optional.of(policy.equals("not_larger") ? least : most);
  }

  /** Operand {@code i} as constant scales, if it is given and not empty. */
  static Optional<List<Float>> scales(NodeContext node, int i) {
    if (!node.has(i) || node.shape(i).size() == 0) {
      return Optional.empty();
    }
    Tensor t = node.constant(i, "scales");
    List<Float> scales = new ArrayList<>();
    for (int j = 0; j < t.size(); j++) {
      scales.add(t.floatAt(j));
    }
    return Optional.of(scales);
  }

  private static void checkLength(
      String role, Optional<? extends List<?>> values, List<Integer> axes) {
    if (values.isPresent() && values.get().size() != axes.size()) {
      throw new IllegalArgumentException(
          "operand '"
              + role
              + "' has "
              + values.get().size()
              + " elements for "
              + axes.size()
              + " axes");
    }
  }

  /** A size that was computed as a float, rounded down. */
  static int scaled(float size) {
    if (!(size >= 0 && size < Integer.MAX_VALUE)) {
      throw new IllegalArgumentException("a resized axis would have " + size + " elements");
    }
    return (int) size;
  }
}
