package dev.coppice.compiler.compress;

import java.util.ArrayList;
import java.util.List;

/**
 * How the axes of a constant move on the way to the layer that uses it.
 *
 * @param tensor name of the constant
 * @param dims its dimensions where the layer sees it
 * @param axes for each of these the axis of the constant, or -1
 */
record ConstantChain(String tensor, List<Long> dims, List<Integer> axes) {
  ConstantChain {
    dims = List.copyOf(dims);
    axes = List.copyOf(axes);
  }

  /** The constant itself. */
  static ConstantChain of(String tensor, List<Long> dims) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      axes.add(i);
    }
    return new ConstantChain(tensor, dims, axes);
  }

  /** With axis {@code i} being what was axis {@code perm[i]}. */
  ConstantChain transposed(List<Integer> perm) {
    return new ConstantChain(
        tensor, perm.stream().map(dims::get).toList(), perm.stream().map(axes::get).toList());
  }

  /** Under another shape; an axis is kept where as many elements stand before it and in it. */
  ConstantChain reshaped(List<Long> shape) {
    List<Integer> kept = new ArrayList<>();
    long before = 1;
    for (long dim : shape) {
      kept.add(dim == 1 ? -1 : axisAt(before, dim));
      before *= dim;
    }
    return new ConstantChain(tensor, shape, kept);
  }

  private int axisAt(long before, long dim) {
    long product = 1;
    for (int i = 0; i < dims.size(); i++) {
      if (product == before && dims.get(i) == dim) {
        return axes.get(i);
      }
      product *= dims.get(i);
    }
    return -1;
  }
}
