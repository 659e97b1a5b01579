package dev.coppice.examples.embeddings;

import java.util.Arrays;

/**
 * Turns sentences into vectors of length 1, whose products say how close the meanings are: the mean
 * of the network's vectors of all tokens. Longer texts are cut at 128 tokens. For one thread.
 */
public final class SentenceEncoder {
  /** Numbers of a vector. */
  public static final int SIZE = 384;

  private static final int[] LENGTHS = {16, 32, 64, 128};

  /** A compiled network. */
  private interface Network {
    void run(long[] ids, long[] mask, long[] types, float[] tokens);
  }

  private final WordPiece tokenizer = new WordPiece(Vocabulary.load());
  private final Network network;
  private final long[][] ids = new long[LENGTHS.length][];
  private final long[][] mask = new long[LENGTHS.length][];
  private final long[][] types = new long[LENGTHS.length][];
  private final float[][] tokens = new float[LENGTHS.length][];

  private SentenceEncoder(Network network) {
    this.network = network;
    for (int b = 0; b < LENGTHS.length; b++) {
      ids[b] = new long[LENGTHS[b]];
      mask[b] = new long[LENGTHS[b]];
      types[b] = new long[LENGTHS[b]];
      tokens[b] = new float[LENGTHS[b] * SIZE];
    }
  }

  /** An encoder with weights in float32. */
  public static SentenceEncoder ofFloats() {
    MiniLm network = new MiniLm();
    float[] first = new float[SIZE];
    return new SentenceEncoder(
        (ids, mask, types, tokens) -> network.run(ids, mask, types, tokens, first));
  }

  /** An encoder with weights of 8 bits. */
  public static SentenceEncoder quantized() {
    return new SentenceEncoder(new QuantizedMiniLm()::run);
  }

  /** The vector of {@code sentence}. */
  public float[] encode(String sentence) {
    float[] vector = new float[SIZE];
    encode(tokenize(sentence), vector);
    return vector;
  }

  /** The tokens of {@code sentence}. */
  long[] tokenize(String sentence) {
    return tokenizer.tokens(sentence, LENGTHS[LENGTHS.length - 1]);
  }

  /** Tokens and padding of a sentence of {@code tokens} tokens. */
  static int padded(int tokens) {
    return LENGTHS[bucket(tokens)];
  }

  private static int bucket(int tokens) {
    int b = 0;
    while (LENGTHS[b] < tokens) {
      b++;
    }
    return b;
  }

  /** Writes the vector of a sentence to {@code vector}; allocates nothing. */
  void encode(long[] sentence, float[] vector) {
    int b = bucket(sentence.length);
    Arrays.fill(ids[b], 0);
    Arrays.fill(mask[b], 0);
    System.arraycopy(sentence, 0, ids[b], 0, sentence.length);
    Arrays.fill(mask[b], 0, sentence.length, 1);
    network.run(ids[b], mask[b], types[b], tokens[b]);
    Arrays.fill(vector, 0);
    for (int t = 0; t < sentence.length; t++) {
      for (int i = 0; i < SIZE; i++) {
        vector[i] += tokens[b][t * SIZE + i];
      }
    }
    float scale = (float) (1 / Math.sqrt(similarity(vector, vector)));
    for (int i = 0; i < SIZE; i++) {
      vector[i] *= scale;
    }
  }

  /** How close two vectors are: 1 for the same direction. */
  public static double similarity(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
