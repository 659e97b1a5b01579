package dev.coppice.compiler.compress.share;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Weights as indices of codebooks: one for all of them, or one for each run of so many channels.
 *
 * @param indices uint8 or uint16 within the codebook of each weight, in the shape of the weights
 * @param codebooks in the order of the channels
 * @param axis axis of channels; -1 with a single codebook
 * @param groupSize channels that share a codebook; the last group may have fewer
 */
record SharedWeights(Tensor indices, List<Codebook> codebooks, int axis, int groupSize) {
  SharedWeights {
    codebooks = List.copyOf(codebooks);
    int expected = axis < 0 ? 1 : (indices.shape().dim(axis) + groupSize - 1) / groupSize;
    if (codebooks.size() != expected || groupSize < 1) {
      throw new IllegalArgumentException(
          codebooks.size() + " codebooks where groups of " + groupSize + " need " + expected);
    }
  }

  /** Weights by one codebook. */
  static SharedWeights of(Tensor w, Codebook codebook) {
    return new SharedWeights(codebook.encode(w), List.of(codebook), -1, 1);
  }

  /** Weights with a codebook of their own for each {@code groupSize} indices of {@code axis}. */
  static SharedWeights ofGroups(Tensor w, int axis, int groupSize, KMeans1D kmeans) {
    int groups = (w.shape().dim(axis) + groupSize - 1) / groupSize;
    List<Codebook> codebooks = new ArrayList<>();
    List<Tensor> encoded = new ArrayList<>();
    int[][] places = places(w.shape(), axis, groupSize, groups);
    for (int[] own : places) {
      Tensor part = w.gather(Shape.of(own.length), i -> own[i]);
      Codebook codebook = kmeans.fit(List.of(part)).codebook();
      codebooks.add(codebook);
      encoded.add(codebook.encode(part));
    }
    long[] indices = new long[w.size()];
    for (int g = 0; g < groups; g++) {
      for (int i = 0; i < places[g].length; i++) {
        indices[places[g][i]] = encoded.get(g).longAt(i);
      }
    }
    int widest = codebooks.stream().mapToInt(Codebook::size).max().orElse(1);
    return new SharedWeights(
        Tensor.fromLongs(new TensorType(Codebook.indexType(widest), w.shape()), i -> indices[i]),
        codebooks,
        axis,
        groupSize);
  }

  /** The elements of each group, in order. */
  private static int[][] places(Shape shape, int axis, int groupSize, int groups) {
    int stride = shape.sizeOf(axis + 1, shape.rank());
    int channels = shape.dim(axis);
    int perChannel = shape.size() / channels;
    int[][] places = new int[groups][];
    for (int g = 0; g < groups; g++) {
      places[g] = new int[perChannel * (Math.min(channels, (g + 1) * groupSize) - g * groupSize)];
    }
    int[] filled = new int[groups];
    for (int i = 0; i < shape.size(); i++) {
      int g = i / stride % channels / groupSize;
      places[g][filled[g]++] = i;
    }
    return places;
  }

  /** The group of each index of the axis of channels. */
  int[] groups() {
    int[] groups = new int[axis < 0 ? 1 : indices.shape().dim(axis)];
    Arrays.setAll(groups, c -> c / groupSize);
    return groups;
  }

  /** The float32 weights that the indices stand for. */
  Tensor decoded() {
    Shape shape = indices.shape();
    int stride = axis < 0 ? 1 : shape.sizeOf(axis + 1, shape.rank());
    float[] w = new float[indices.size()];
    for (int i = 0; i < w.length; i++) {
      int g = axis < 0 ? 0 : i / stride % shape.dim(axis) / groupSize;
      w[i] = codebooks.get(g).values().floatAt((int) indices.longAt(i));
    }
    return Tensor.ofFloats(shape, w);
  }

  /** The most values of a codebook. */
  int size() {
    return codebooks.stream().mapToInt(Codebook::size).max().orElse(1);
  }

  /** Bits of all indices without further coding, and of the codebooks. */
  long bits() {
    int indexBits = codebooks.stream().mapToInt(Codebook::indexBits).max().orElse(0);
    long values = codebooks.stream().mapToLong(Codebook::size).sum();
    return (long) indexBits * indices.size() + 32 * values;
  }

  /**
   * Bits per weight of the best code for the decoded values, each by itself (Shannon 1948): what a
   * Huffman code comes within a bit of.
   */
  double entropy() {
    float[] sorted = decoded().toFloats().clone();
    Arrays.sort(sorted);
    double entropy = 0;
    int from = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] != sorted[from]) {
        double p = (double) (i - from) / sorted.length;
        entropy -= p * Math.log(p) / Math.log(2);
        from = i;
      }
    }
    return entropy;
  }
}
