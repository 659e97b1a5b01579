package dev.coppice.examples.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The compiled networks against ONNX Runtime on the same files and tokens. */
class SentenceEncoderTest {
  private static final int COMPARED = 200;

  /** Requires cosines of at least {@code least}, and of {@code mean} on average. */
  private static void assertAgrees(SentenceEncoder encoder, String file, double least, double mean)
      throws OrtException {
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (OrtSession session = env.createSession("target/models/" + file)) {
      double worst = 1;
      double sum = 0;
      for (String sentence : Sentences.all().subList(0, COMPARED)) {
        long[] ids = encoder.tokenize(sentence);
        double similarity =
            SentenceEncoder.similarity(reference(env, session, ids), encoder.encode(sentence));
        worst = Math.min(worst, similarity);
        sum += similarity;
      }
      String found =
          file + ": cosine with ONNX Runtime at least " + worst + ", mean " + sum / COMPARED;
      System.out.println(found);
      assertTrue(worst >= least && sum / COMPARED >= mean, found);
    }
  }

  /** Mean of the vectors of all tokens, of length 1. */
  private static float[] reference(OrtEnvironment env, OrtSession session, long[] ids)
      throws OrtException {
    // Padding takes part in the ranges that the quantized network finds, so it is the same here.
    int length = SentenceEncoder.padded(ids.length);
    long[] ones = new long[length];
    Arrays.fill(ones, 0, ids.length, 1);
    long[][] padded = {Arrays.copyOf(ids, length)};
    try (OnnxTensor tokens = OnnxTensor.createTensor(env, padded);
        OnnxTensor mask = OnnxTensor.createTensor(env, new long[][] {ones});
        OnnxTensor types = OnnxTensor.createTensor(env, new long[][] {new long[length]});
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", tokens, "attention_mask", mask, "token_type_ids", types))) {
      float[][] vectors = ((float[][][]) result.get(0).getValue())[0];
      double[] sum = new double[SentenceEncoder.SIZE];
      for (int t = 0; t < ids.length; t++) {
        float[] vector = vectors[t];
        Arrays.setAll(sum, i -> sum[i] + vector[i]);
      }
      double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
      float[] mean = new float[SentenceEncoder.SIZE];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sum[i] / norm);
      }
      return mean;
    }
  }

  @Test
  void floatsAgreeWithOnnxRuntime() throws OrtException {
    assertAgrees(SentenceEncoder.ofFloats(), "all-minilm-l6-v2.onnx", 0.99999, 0.99999);
  }

  /**
   * The quantized network finds its ranges anew for each input, so that rounding errors of its
   * float parts move levels: ONNX Runtime agrees with itself no better (at least 0.9916, mean
   * 0.9994) when the weights of the layer norms change by 3e-7 of their value.
   */
  @Test
  void quantizedAgreesWithOnnxRuntime() throws OrtException {
    assertAgrees(SentenceEncoder.quantized(), "all-minilm-l6-v2-q.onnx", 0.98, 0.999);
  }

  @Test
  void aRunAllocatesNothing() {
    for (SentenceEncoder encoder :
        List.of(SentenceEncoder.ofFloats(), SentenceEncoder.quantized())) {
      long[] shorter = encoder.tokenize("A short one.");
      long[] longer = encoder.tokenize(String.join(" ", Sentences.all().subList(0, 5)));
      float[] vector = new float[SentenceEncoder.SIZE];
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      encoder.encode(shorter, vector);
      encoder.encode(longer, vector);
      long id = Thread.currentThread().getId();
      long empty = threads.getThreadAllocatedBytes(id);
      empty = threads.getThreadAllocatedBytes(id) - empty;
      long before = threads.getThreadAllocatedBytes(id);
      encoder.encode(shorter, vector);
      encoder.encode(longer, vector);
      assertEquals(empty, threads.getThreadAllocatedBytes(id) - before);
    }
  }

  @Test
  void findsWhatIsMeant() {
    SentenceEncoder encoder = SentenceEncoder.quantized();
    float[] question = encoder.encode("journeys by rail");
    String best = "";
    double most = -1;
    for (String sentence : Sentences.all()) {
      double similarity = SentenceEncoder.similarity(question, encoder.encode(sentence));
      if (similarity > most) {
        most = similarity;
        best = sentence;
      }
    }
    assertTrue(
        List.of(
                "The night train from Vienna arrives at seven in the morning.",
                "From the carriage window we saw lakes and snowy mountains.",
                "The old steam locomotive pulls tourists up the valley.",
                "A ticket for the express costs more than one for the slow line.",
                "We missed our connection because the railway bridge was closed.")
            .contains(best),
        best);
  }
}
