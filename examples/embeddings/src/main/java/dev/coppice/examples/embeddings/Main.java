package dev.coppice.examples.embeddings;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints the sentences that are closest in meaning to a few questions, or to the arguments. */
public final class Main {
  private static final int SHOWN = 3;
  private static final List<String> QUESTIONS =
      List.of(
          "How do I keep my plants alive?",
          "something to eat in the morning",
          "a program that does not work",
          "getting over a cold",
          "journeys by rail",
          "saving money for later");

  private Main() {}

  /** Searches; {@code --quantized} uses the network with weights of 8 bits. */
  public static void main(String[] args) {
    boolean quantized = List.of(args).contains("--quantized");
    List<String> given = List.of(args).stream().filter(a -> !a.startsWith("--")).toList();
    List<String> questions = given.isEmpty() ? QUESTIONS : given;
    PrintStream out = System.out;
    long start = System.nanoTime();
    SentenceEncoder encoder = quantized ? SentenceEncoder.quantized() : SentenceEncoder.ofFloats();
    long loaded = System.nanoTime();
    Map<String, float[]> vectors = new LinkedHashMap<>();
    Sentences.all().forEach(s -> vectors.put(s, encoder.encode(s)));
    long encoded = System.nanoTime();
    out.printf(
        Locale.ROOT,
        "network loaded in %.0f ms, %d sentences encoded in %.1f s (%.1f ms each)%n",
        (loaded - start) / 1e6,
        vectors.size(),
        (encoded - loaded) / 1e9,
        (encoded - loaded) / 1e6 / vectors.size());
    for (String question : questions) {
      float[] wanted = encoder.encode(question);
      out.printf("%n%s%n", question);
      vectors.entrySet().stream()
          .sorted(
              Comparator.comparingDouble(
                  (Map.Entry<String, float[]> e) ->
                      -SentenceEncoder.similarity(wanted, e.getValue())))
          .limit(SHOWN)
          .forEach(
              e ->
                  out.printf(
                      Locale.ROOT,
                      "  %.3f  %s%n",
                      SentenceEncoder.similarity(wanted, e.getValue()),
                      e.getKey()));
    }
  }
}
