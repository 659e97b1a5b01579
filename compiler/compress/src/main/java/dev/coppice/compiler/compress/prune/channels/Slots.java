package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Arrays;

/**
 * An axis of a constant whose indices belong to channels.
 *
 * @param constant name of the constant
 * @param node the node that uses it
 * @param operand which operand of the node it is
 * @param role what its indices are to the channels
 * @param axis the axis
 * @param units the unit of each index, {@link ChannelGroups#FIXED} for what stays
 */
public record Slots(
    String constant, NodeProto node, int operand, Role role, int axis, int[] units) {

  /** What the indices of an axis are to channels. */
  public enum Role {
    /** Weights that compute the channel: a filter, a row of a matrix, the gates of a cell. */
    PRODUCES,
    /** Weights that the channel is multiplied with by its readers, which sum over channels. */
    CONSUMES,
    /** The scale of a normalization. */
    SCALES,
    /** Anything else that has an element for each channel: a bias, a mean, a slope. */
    CARRIES
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Slots s
        && constant.equals(s.constant)
        && node.equals(s.node)
        && operand == s.operand
        && role == s.role
        && axis == s.axis
        && Arrays.equals(units, s.units);
  }

  @Override
  public int hashCode() {
    return constant.hashCode() * 31 + axis;
  }

  @Override
  public String toString() {
    return constant + " axis " + axis + " " + role + " " + Arrays.toString(units);
  }
}
