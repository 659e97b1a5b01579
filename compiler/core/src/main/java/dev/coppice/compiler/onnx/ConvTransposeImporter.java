package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Expand;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Interleave;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * ConvTranspose, since 1. Places of the result that are a stride apart meet the same kernel
 * elements, so each such phase is an ordinary convolution with stride 1 over a part of the kernel,
 * turned round: all phases are the channels of one Conv, which Interleave puts in their places. No
 * multiplication is with a zero that was inserted.
 */
final class ConvTransposeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    int n = node.shape(0).rank() - 2;
    int group = node.attributes().integer("group", 1);
    Shape w = node.shape(1);
    if (n < 1
        || w.rank() != n + 2
        || group < 1
        || w.dim(0) % group != 0
        || w.dim(0) != node.shape(0).dim(1)) {
      throw new IllegalArgumentException(
          "operands are "
              + node.type(0)
              + " and "
              + node.type(1)
              + " with group "
              + group
              + ", expected x [N, C, spatial...] and w [C, M/group, kernel...], C divisible by"
              + " group");
    }
    List<TransposedAxis> axes = TransposedAxis.of(node, ConvImporter.kernel(node));
    Value weights = weights(node, axes, group);
    List<Integer> pads = new ArrayList<>(axes.stream().map(TransposedAxis::padBegin).toList());
    pads.addAll(axes.stream().map(TransposedAxis::padEnd).toList());
    Conv conv =
        new Conv(
            Collections.nCopies(n, 1),
            pads,
            axes.stream().map(TransposedAxis::convDilation).toList(),
            group);
    Value y =
        node.has(2)
            ? node.add(conv, node.input(0), weights, bias(node, axes, w.dim(1) * group))
            : node.add(conv, node.input(0), weights);
    List<Integer> out = axes.stream().map(TransposedAxis::out).toList();
    boolean woven =
        phases(axes) > 1 || !Shape.of(out).equals(Shape.of(spatial(y.type().shape().dims())));
    return List.of(
        woven
            ? node.add(
                new Interleave(
                    axes.stream().map(TransposedAxis::stride).toList(),
                    axes.stream().map(TransposedAxis::skipped).toList(),
                    out),
                y)
            : y);
  }

  private static int[] spatial(int[] dims) {
    return java.util.Arrays.copyOfRange(dims, 2, dims.length);
  }

  private static int phases(List<TransposedAxis> axes) {
    return axes.stream().mapToInt(TransposedAxis::stride).reduce(1, Math::multiplyExact);
  }

  /** {@code [C, M/group, kernel..]} as {@code [M * phases, C/group, taps of a phase..]}. */
  private static Value weights(NodeContext node, List<TransposedAxis> axes, int group) {
    int[] dims = node.shape(1).dims();
    int n = axes.size();
    List<Integer> grouped = new ArrayList<>(List.of(group, dims[0] / group, dims[1]));
    List<Integer> order = new ArrayList<>(List.of(0, 2, 1));
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * (n + 3), 0));
    for (int a = 0; a < n; a++) {
      grouped.add(dims[a + 2]);
      order.add(a + 3);
      pads.set(n + 3 + a + 3, axes.get(a).hasGaps() ? 1 : 0);
    }
    Value w = node.add(new Transpose(order), node.reshape(node.input(1), grouped));
    if (pads.contains(1)) {
      w = node.add(new Pad(Pad.Mode.CONSTANT, pads, 0), w);
    }
    for (int a = n - 1; a >= 0; a--) {
      w = node.add(new Gather(a + 3), w, node.constant(axes.get(a).taps()));
    }
    // [group, M/group, C/group, phases 1, taps 1, phases 2, taps 2, ..]
    List<Integer> last = new ArrayList<>(List.of(0, 1));
    List<Integer> shape = new ArrayList<>(List.of(dims[1] * group * phases(axes), dims[0] / group));
    for (int a = 0; a < n; a++) {
      last.add(3 + 2 * a);
    }
    last.add(2);
    for (int a = 0; a < n; a++) {
      last.add(4 + 2 * a);
      shape.add(axes.get(a).phaseTaps());
    }
    return node.reshape(node.add(new Transpose(last), w), shape);
  }

  /** Each bias once for every phase. */
  private static Value bias(NodeContext node, List<TransposedAxis> axes, int channels) {
    if (!node.shape(2).equals(Shape.of(channels))) {
      throw new IllegalArgumentException(
          "operand 'B' is " + node.type(2) + ", expected [" + channels + "]");
    }
    int phases = phases(axes);
    if (phases == 1) {
      return node.input(2);
    }
    Value column = node.reshape(node.input(2), List.of(channels, 1));
    return node.reshape(
        node.add(new Expand(List.of(channels, phases)), column), List.of(channels * phases));
  }

  /**
   * One spatial axis. Result place {@code o} gets input place {@code i} by kernel element {@code k}
   * where {@code o + pad = i * stride + k * dilation}; so phase {@code r = (o + pad) % stride}
   * meets elements with {@code k * dilation = j * stride + r}, each with input place {@code (o +
   * pad) / stride - j}.
   */
  private record TransposedAxis(int in, int kernel, int stride, int dilation, int pad, int out) {

    static List<TransposedAxis> of(NodeContext node, List<Integer> kernel) {
      Attributes a = node.attributes();
      int n = kernel.size();
      WindowArguments window = WindowArguments.of(node, kernel);
      String auto = a.choice("auto_pad", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
      List<Integer> more = a.integers("output_padding").orElse(Collections.nCopies(n, 0));
      Optional<List<Integer>> asked =
          a.integers("output_shape").map(s -> s.subList(s.size() == n + 2 ? 2 : 0, s.size()));
      if (more.size() != n
          || more.stream().anyMatch(p -> p < 0)
          || asked.map(s -> s.size() != n || s.stream().anyMatch(d -> d < 1)).orElse(false)) {
        throw new IllegalArgumentException(
            "attributes 'output_padding' "
                + more
                + " and 'output_shape' "
                + asked
                + " need a size for each of "
                + n
                + " spatial axes");
      }
      List<TransposedAxis> axes = new ArrayList<>();
      for (int s = 0; s < n; s++) {
        int in = node.shape(0).dim(s + 2);
        int stride = window.strides().get(s);
        int dilation = window.dilations().get(s);
        int full =
            Math.addExact(
                Math.multiplyExact(stride, in - 1),
                more.get(s) + (kernel.get(s) - 1) * dilation + 1);
        boolean same = auto.startsWith("SAME");
        int pad = auto.equals("VALID") ? 0 : window.pads().get(s);
        int out = full - pad - (auto.equals("VALID") ? 0 : window.pads().get(s + n));
        if (asked.isPresent() || same) {
          out = asked.isPresent() ? asked.get().get(s) : in * stride;
          int total = Math.max(0, full - out);
          pad = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        }
        if (out < 1) {
          throw new IllegalArgumentException(
              "the result would have " + out + " places on spatial axis " + s);
        }
        axes.add(new TransposedAxis(in, kernel.get(s), stride, dilation, pad, out));
      }
      return axes;
    }

    /** Kernel elements of a phase, those that are missing in some phases included. */
    int phaseTaps() {
      return stride == 1 ? kernel : (kernel - 1) * dilation / stride + 1;
    }

    int convDilation() {
      return stride == 1 ? dilation : 1;
    }

    private int reach() {
      return (phaseTaps() - 1) * convDilation();
    }

    /** Places of the convolution before its first. */
    private int first() {
      return Math.min(pad / stride, reach());
    }

    int padBegin() {
      return reach() - first();
    }

    int padEnd() {
      int places = (out - 1 + pad) / stride - first() + 1;
      return Math.max(0, places - in - padBegin() + reach());
    }

    /** Woven places before the result's first. */
    int skipped() {
      return pad - first() * stride;
    }

    /** Kernel element of phase {@code r} that is met {@code j} input places back. */
    private int tap(int r, int j) {
      int at = j * (stride == 1 ? dilation : stride) + r;
      return at % dilation == 0 && at / dilation < kernel ? at / dilation : kernel;
    }

    boolean hasGaps() {
      for (int r = 0; r < stride; r++) {
        for (int j = 0; j < phaseTaps(); j++) {
          if (tap(r, j) == kernel) {
            return true;
          }
        }
      }
      return false;
    }

    /**
     * Kernel elements {@code [phases, taps]} in the order of a convolution, the kernel's size for
     * none.
     */
    Tensor taps() {
      int taps = phaseTaps();
      return Tensor.fromLongs(
          TensorType.of(DType.INT64, stride, taps), i -> tap(i / taps, taps - 1 - i % taps));
    }
  }
}
