package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * CenterCropPad, since 18: Slice along the axes that are too long, Pad along those that are too
 * short.
 */
final class CenterCropPadImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    int[] dims = node.shape(0).dims();
    int rank = dims.length;
    List<Integer> wish = node.requiredIntegers(1, "shape");
    List<Integer> axes = node.attributes().integers("axes").orElse(AxisArguments.all(rank));
    AxisArguments.sorted(axes, rank);
    if (wish.size() != axes.size() || wish.stream().anyMatch(w -> w < 0)) {
      throw new IllegalArgumentException("shape " + wish + " does not fit axes " + axes);
    }
    List<Integer> starts = new ArrayList<>(Collections.nCopies(rank, 0));
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * rank, 0));
    for (int i = 0; i < axes.size(); i++) {
      int axis = AxisArguments.normalize(axes.get(i), rank);
      int missing = wish.get(i) - dims[axis];
      if (missing < 0) {
        starts.set(axis, -missing / 2);
        dims[axis] = wish.get(i);
      } else {
        pads.set(axis, missing / 2);
        pads.set(axis + rank, missing - missing / 2);
      }
    }
    Value x = node.input(0);
    List<Integer> cropped = Arrays.stream(dims).boxed().toList();
    if (!node.shape(0).equals(Shape.of(dims))) {
      x = node.add(new Slice(starts, Collections.nCopies(rank, 1), cropped), x);
    }
    return List.of(
        pads.stream().allMatch(p -> p == 0) ? x : node.add(new Pad(Pad.Mode.CONSTANT, pads, 0), x));
  }
}
