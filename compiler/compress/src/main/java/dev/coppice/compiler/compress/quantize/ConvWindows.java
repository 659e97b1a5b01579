package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The windows that a convolution sees of {@code x: [N, C, spatial...]}.
 *
 * @param x shape of the input
 * @param channels input channels of a group
 * @param kernel size of a window along each spatial axis
 * @param strides one per spatial axis
 * @param dilations one per spatial axis
 * @param pads zeros before each spatial axis
 * @param positions windows along each spatial axis
 */
record ConvWindows(
    Shape x,
    int channels,
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> dilations,
    List<Integer> pads,
    List<Integer> positions) {

  /** The windows of Conv {@code node} with weights of shape {@code w}. */
  static ConvWindows of(NodeProto node, Shape x, Shape w) {
    int n = x.rank() - 2;
    List<Integer> kernel = Arrays.stream(w.dims()).skip(2).boxed().toList();
    List<Integer> strides = given(node, "strides", n, 1);
    List<Integer> dilations = given(node, "dilations", n, 1);
    List<Integer> given = given(node, "pads", 2 * n, 0);
    String auto = Nodes.text(node, "auto_pad", "NOTSET");
    Integer[] pads = new Integer[n];
    Integer[] positions = new Integer[n];
    for (int s = 0; s < n; s++) {
      int in = x.dim(s + 2);
      int window = (kernel.get(s) - 1) * dilations.get(s) + 1;
      if (auto.startsWith("SAME")) {
        positions[s] = (in + strides.get(s) - 1) / strides.get(s);
        int total = Math.max(0, (positions[s] - 1) * strides.get(s) + window - in);
        pads[s] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
      } else {
        pads[s] = given.get(s);
        positions[s] = (in + given.get(s) + given.get(s + n) - window) / strides.get(s) + 1;
      }
    }
    return new ConvWindows(
        x, w.dim(1), kernel, strides, dilations, List.of(pads), List.of(positions));
  }

  private static List<Integer> given(NodeProto node, String attribute, int count, int absent) {
    List<Integer> values = Nodes.integers(node, attribute);
    return values.isEmpty() ? Collections.nCopies(count, absent) : values;
  }

  /** How many windows one input has, in each group. */
  int count() {
    return x.dim(0) * positions.stream().reduce(1, (a, b) -> a * b);
  }

  /** Copies window {@code index} of group {@code group} of {@code values} to {@code row}. */
  void read(Tensor values, int index, int group, float[] row) {
    int n = kernel.size();
    int area = x.sizeOf(2, x.rank());
    int[] corner = new int[n];
    int rest = index;
    for (int s = n - 1; s >= 0; s--) {
      corner[s] = rest % positions.get(s) * strides.get(s) - pads.get(s);
      rest /= positions.get(s);
    }
    int first = (rest * x.dim(1) + group * channels) * area;
    int taps = row.length / Math.max(1, channels);
    for (int t = 0; t < taps; t++) {
      int offset = offset(corner, t);
      for (int c = 0; c < channels; c++) {
        row[c * taps + t] = offset < 0 ? 0 : values.floatAt(first + c * area + offset);
      }
    }
  }

  /** The place in a plane that tap {@code t} of the window at {@code corner} reads; -1 in pads. */
  private int offset(int[] corner, int t) {
    int rest = t;
    int offset = 0;
    int stride = 1;
    for (int s = kernel.size() - 1; s >= 0; s--) {
      int at = corner[s] + rest % kernel.get(s) * dilations.get(s);
      rest /= kernel.get(s);
      if (at < 0 || at >= x.dim(s + 2)) {
        return -1;
      }
      offset += at * stride;
      stride *= x.dim(s + 2);
    }
    return offset;
  }
}
