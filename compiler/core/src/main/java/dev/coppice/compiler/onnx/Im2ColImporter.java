package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.op.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FINN Im2Col: windows of {@code x: [N, H, W, C]} laid out as rows {@code [N, OH, OW, kh * kw *
 * C]}, kernel places outermost.
 */
final class Im2ColImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    a.ignore("input_shape", "depthwise");
    List<Integer> kernel = pair(a, "kernel_size", null);
    List<Integer> stride = pair(a, "stride", null);
    List<Integer> dilations = pair(a, "dilations", List.of(1, 1));
    List<Integer> p = a.integers("pad_amount").orElse(List.of(0, 0, 0, 0));
    int pad = a.integer("pad_value", 0);
    if (node.shape(0).rank() != 4 || p.size() != 4) {
      throw new IllegalArgumentException(
          "operand is " + node.type(0) + ", pad_amount " + p + "; expected [N, H, W, C], 4 pads");
    }
    Value x = node.input(0);
    if (p.stream().anyMatch(v -> v != 0)) {
      List<Integer> pads = List.of(0, p.get(0), p.get(1), 0, 0, p.get(2), p.get(3), 0);
      x = node.add(new Pad(Pad.Mode.CONSTANT, pads, pad), x);
    }
    int[] in = x.type().shape().dims();
    List<Integer> out = new ArrayList<>();
    for (int d = 0; d < 2; d++) {
      int span = in[d + 1] - dilations.get(d) * (kernel.get(d) - 1) - 1;
      if (span < 0 || stride.get(d) < 1) {
        throw new IllegalArgumentException(
            "kernel_size " + kernel + " with stride " + stride + " does not fit " + x.type());
      }
      out.add(span / stride.get(d) + 1);
    }
    List<Value> places = new ArrayList<>();
    for (int h = 0; h < kernel.get(0); h++) {
      for (int w = 0; w < kernel.get(1); w++) {
        places.add(
            node.add(
                new Slice(
                    List.of(0, h * dilations.get(0), w * dilations.get(1), 0),
                    List.of(1, stride.get(0), stride.get(1), 1),
                    List.of(in[0], out.get(0), out.get(1), in[3])),
                x));
      }
    }
    return places.size() == 1 ? places : node.emit(new Concat(3), places);
  }

  private static List<Integer> pair(Attributes a, String name, @Nullable List<Integer> otherwise) {
    List<Integer> values = a.integers(name).orElse(otherwise);
    if (values == null || values.size() != 2 || values.stream().anyMatch(v -> v < 1)) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' is " + values + ", expected two positive numbers");
    }
    return values;
  }
}
