package dev.coppice.compiler.compress.prune.channels;

import java.util.Arrays;

/**
 * The channels of a value: one label for each index along one of its axes.
 *
 * @param axis the axis
 * @param labels what lives and dies with each index; not changed by anybody
 */
record LabelledAxis(int axis, int[] labels) {
  @Override
  public boolean equals(Object o) {
    return o instanceof LabelledAxis l && axis == l.axis && Arrays.equals(labels, l.labels);
  }

  @Override
  public int hashCode() {
    return 31 * axis + Arrays.hashCode(labels);
  }

  @Override
  public String toString() {
    return "axis " + axis + " " + Arrays.toString(labels);
  }
}
