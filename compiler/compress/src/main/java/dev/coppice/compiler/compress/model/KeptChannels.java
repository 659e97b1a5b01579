package dev.coppice.compiler.compress.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which channels of the original's values a pruned model still has. It is kept in the model's
 * metadata, so that later steps can compare with the original, and people can see it.
 */
public final class KeptChannels {
  /** Key of the metadata. */
  public static final String KEY = "coppice.channels";

  private final Map<String, int[]> values;

  private KeptChannels(Map<String, int[]> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** What {@code graph} says; nothing is lost where it says nothing. */
  public static KeptChannels of(OnnxGraph graph) {
    Map<String, int[]> values = new LinkedHashMap<>();
    for (String line : graph.metadata(KEY).orElse("").split("\n", -1)) {
      int equals = line.lastIndexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), parsed(line.substring(equals + 1)));
      }
    }
    return new KeptChannels(values);
  }

  /** The channels of the original that {@code value} has; empty if it has all. */
  public Optional<int[]> of(String value) {
    return Optional.ofNullable(values.get(value)).map(int[]::clone);
  }

  /** After a further removal that keeps {@code kept} of what is there now. */
  public KeptChannels then(Map<String, int[]> kept) {
    Map<String, int[]> all = new LinkedHashMap<>(values);
    kept.forEach(
        (value, indices) -> {
          int[] before = values.get(value);
          int[] now = indices.clone();
          for (int i = 0; before != null && i < now.length; i++) {
            now[i] = before[now[i]];
          }
          all.put(value, now);
        });
    return new KeptChannels(all);
  }

  /**
   * The same with the channels of {@code earlier}, which may have lost some itself, numbered as
   * they are there; without values that have channels which it lacks.
   */
  public KeptChannels since(OnnxGraph earlier) {
    KeptChannels lost = of(earlier);
    Map<String, int[]> all = new LinkedHashMap<>();
    values.forEach(
        (value, indices) -> {
          int[] before = lost.values.get(value);
          int[] now = indices.clone();
          for (int i = 0; before != null && i < now.length; i++) {
            now[i] = Arrays.binarySearch(before, now[i]);
          }
          if (Arrays.stream(now).allMatch(i -> i >= 0)) {
            all.put(value, now);
          }
        });
    return new KeptChannels(all);
  }

  /** Writes it into the metadata of {@code graph}, for the values that it has. */
  public void record(OnnxGraph graph) {
    graph.metadata(
        KEY,
        values.entrySet().stream()
            .filter(e -> graph.hasType(e.getKey()) && e.getKey().indexOf('\n') < 0)
            .map(e -> e.getKey() + "=" + text(e.getValue()))
            .collect(Collectors.joining("\n")));
  }

  /** Runs as {@code 0-5,7}. */
  private static String text(int[] indices) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < indices.length; ) {
      int end = i;
      while (end + 1 < indices.length && indices[end + 1] == indices[end] + 1) {
        end++;
      }
      text.append(text.length() == 0 ? "" : ",").append(indices[i]);
      text.append(end > i ? "-" + indices[end] : "");
      i = end + 1;
    }
    return text.toString();
  }

  private static int[] parsed(String text) {
    int[] indices = new int[0];
    for (String run : text.split(",", -1)) {
      int dash = run.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? run : run.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(run.substring(dash + 1));
      int at = indices.length;
      indices = Arrays.copyOf(indices, at + last - first + 1);
      for (int i = first; i <= last; i++) {
        indices[at + i - first] = i;
      }
    }
    return indices;
  }
}
