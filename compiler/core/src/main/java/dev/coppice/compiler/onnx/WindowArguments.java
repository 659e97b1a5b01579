package dev.coppice.compiler.onnx;

import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a window moves over the spatial axes of {@code [N, C, spatial...]}: {@code auto_pad} resolved
 * to explicit pads.
 *
 * @param kernel window size per spatial axis
 * @param strides one per spatial axis
 * @param dilations one per spatial axis
 * @param pads begins of all spatial axes, then ends
 */
record WindowArguments(
    List<Integer> kernel, List<Integer> strides, List<Integer> dilations, List<Integer> pads) {

  /** The arguments of {@code node} over operand 0, whose windows have size {@code kernel}. */
  static WindowArguments of(NodeContext node, List<Integer> kernel) {
    Shape x = node.shape(0);
    int n = x.rank() - 2;
    if (n < 1) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", expected at least one spatial axis");
    }
    Attributes a = node.attributes();
    String auto = a.choice("auto_pad", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
    List<Integer> strides = positive("strides", a.integers("strides").orElse(ones(n)), n);
    List<Integer> dilations = positive("dilations", a.integers("dilations").orElse(ones(n)), n);
    positive("kernel_shape", kernel, n);
    List<Integer> pads = a.integers("pads").orElse(Collections.nCopies(2 * n, 0));
    if (pads.size() != 2 * n || pads.stream().anyMatch(p -> p < 0)) {
      throw new IllegalArgumentException(
          "attribute 'pads' is " + pads + ", expected " + 2 * n + " sizes of 0 or more");
    }
    if (!auto.equals("NOTSET") && pads.stream().anyMatch(p -> p != 0)) {
      throw new IllegalArgumentException("attributes 'auto_pad' and 'pads' are both given");
    }
    List<Integer> resolved = new ArrayList<>(pads);
    for (int s = 0; s < n && auto.startsWith("SAME"); s++) {
      long in = x.dim(s + 2);
      long window = (kernel.get(s) - 1L) * dilations.get(s) + 1;
      long out = (in + strides.get(s) - 1) / strides.get(s);
      int total = Math.toIntExact(Math.max(0, (out - 1) * strides.get(s) + window - in));
      int less = total / 2;
      resolved.set(s, auto.equals("SAME_UPPER") ? less : total - less);
      resolved.set(s + n, auto.equals("SAME_UPPER") ? total - less : less);
    }
    return new WindowArguments(List.copyOf(kernel), strides, dilations, resolved);
  }

  /**
   * How many windows fit along each spatial axis of {@code x}.
   *
   * @param ceil whether a last window counts that only begins within {@code x} and the pads before
   *     it
   */
  List<Integer> outputShape(Shape x, boolean ceil) {
    int n = kernel.size();
    List<Integer> shape = new ArrayList<>();
    for (int s = 0; s < n; s++) {
      long in = x.dim(s + 2);
      long stride = strides.get(s);
      long window = (kernel.get(s) - 1L) * dilations.get(s) + 1;
      long room = in + pads.get(s) + pads.get(s + n) - window;
      if (room < 0) {
        throw new IllegalArgumentException(
            "the window of "
                + window
                + " elements is larger than spatial axis "
                + s
                + " of "
                + x
                + " with its pads");
      }
      long out = (ceil ? (room + stride - 1) / stride : room / stride) + 1;
      if (ceil && (out - 1) * stride >= in + pads.get(s)) {
        out--;
      }
      shape.add(Math.toIntExact(out));
    }
    return shape;
  }

  private static List<Integer> ones(int n) {
    return Collections.nCopies(n, 1);
  }

  private static List<Integer> positive(String name, List<Integer> values, int n) {
    if (values.size() != n || values.stream().anyMatch(v -> v < 1)) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' is " + values + ", expected " + n + " sizes of 1 or more");
    }
    return values;
  }
}
