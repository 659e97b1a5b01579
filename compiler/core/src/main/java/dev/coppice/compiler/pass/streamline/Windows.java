package dev.coppice.compiler.pass.streamline;

import java.util.List;

/** Arithmetic on pads and windows of convolutions and poolings. */
public final class Windows {
  private Windows() {}

  /** Whether all are zero. */
  static boolean allZero(List<Integer> values) {
    return values.stream().allMatch(v -> v == 0);
  }

  /**
   * Whether every window covers at least one element of an input of {@code extents}.
   *
   * @param extents the input's spatial dimensions
   */
  public static boolean allTouchInput(
      List<Integer> extents,
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations,
      List<Integer> outputs) {
    for (int a = 0; a < extents.size(); a++) {
      int lastStart = (outputs.get(a) - 1) * strides.get(a) - pads.get(a);
      boolean first = dilations.get(a) == 1 && pads.get(a) < kernel.get(a);
      if (!first || lastStart >= extents.get(a)) {
        return false;
      }
    }
    return true;
  }
}
