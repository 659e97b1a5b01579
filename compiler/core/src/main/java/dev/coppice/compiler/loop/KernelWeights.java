package dev.coppice.compiler.loop;

import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.runtime.WinogradWeights;

/**
 * Constant data that a kernel reads, and what it is made from when an instance is made.
 *
 * @param data the elements, in the order in which the kernel indexes them
 * @param stored the elements that are stored
 * @param expansion what makes {@code data} of them
 * @param exact whether every bit of them is stored, also where rounded ones would take less
 */
public record KernelWeights(Tensor data, Reordered stored, Expansion expansion, boolean exact) {
  /** What is done to stored weights after they are read. */
  public enum Expansion {
    /** They are what the kernel reads. */
    NONE(0),
    /** {@link WinogradWeights#expand} for F(2x2, 3x3). */
    WINOGRAD_2(2),
    /** {@link WinogradWeights#expand} for F(4x4, 3x3). */
    WINOGRAD_4(4);

    private final int outputs;

    Expansion(int outputs) {
      this.outputs = outputs;
    }

    /** Results of a tile along an axis. */
    public int outputs() {
      return outputs;
    }
  }

  /** A tensor as it is. */
  public static KernelWeights of(Tensor data) {
    return of(Reordered.identity(data));
  }

  /** A tensor in another order. */
  public static KernelWeights of(Reordered data) {
    return new KernelWeights(data.data(), data, Expansion.NONE, false);
  }

  /** A tensor of which every bit is stored, since others are computed from it. */
  public static KernelWeights exact(Tensor data) {
    return new KernelWeights(data, Reordered.identity(data), Expansion.NONE, true);
  }

  /**
   * Weights of a 3x3 convolution for F(m x m, 3 x 3): {@code [(m + 2)^2, pairs]}.
   *
   * @param outputs m, 2 or 4
   * @param taps the weights of each pair of channels: {@code [pairs, 3, 3]}
   */
  public static KernelWeights winograd(int outputs, Reordered taps) {
    int products = (outputs + 2) * (outputs + 2);
    float[] all = new float[products * (taps.data().size() / 9)];
    WinogradWeights.expand(outputs, taps.data().toFloats(), all, 0);
    return new KernelWeights(
        Tensor.ofFloats(Shape.of(all.length), all),
        taps,
        outputs == 2 ? Expansion.WINOGRAD_2 : Expansion.WINOGRAD_4,
        false);
  }
}
