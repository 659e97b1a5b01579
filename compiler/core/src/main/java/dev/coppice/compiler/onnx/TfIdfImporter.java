package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.CastImporter.cast;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.And;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * TfIdfVectorizer of whole numbers, since 9 of ai.onnx: how often each n-gram of a pool occurs, its
 * items next to each other or with the same number of others between them. All places are compared
 * with all n-grams of one length at once.
 */
final class TfIdfImporter implements NodeImporter {
  private record Grams(int length, int first, List<Long> items) {
    int count() {
      return items.size() / length;
    }
  }

  @Override
  public List<Value> apply(NodeContext node) {
    if (node.attributes().has("pool_strings")) {
      throw node.unsupported(
          "pool_strings", "tokens are strings; number them in Java and use pool_int64s");
    }
    int min = node.attributes().integer("min_gram_length");
    int max = node.attributes().integer("max_gram_length");
    int skips = node.attributes().integer("max_skip_count");
    String mode = node.choice("mode", "TF", "IDF", "TFIDF");
    List<Integer> columns = node.attributes().integers("ngram_indexes").orElse(List.of());
    Value x = MachineLearningInputs.rows(node);
    if (!x.type().dtype().isInteger()) {
      throw node.unsupportedType(x.type().toString(), "tokens are whole numbers");
    }
    List<Value> counts = new ArrayList<>();
    List<Integer> found = new ArrayList<>();
    for (Grams grams : pool(node)) {
      if (grams.length >= min && grams.length <= max && grams.count() > 0) {
        counts.add(count(node, x, grams, grams.length == 1 ? 0 : skips));
        found.addAll(columns.subList(grams.first, grams.first + grams.count()));
      }
    }
    Value y = weighted(node, arrange(node, x, counts, found, columns), mode);
    boolean batch = node.shape(0).rank() == 2;
    return List.of(batch ? y : node.reshape(y, List.of(y.type().shape().dim(1))));
  }

  /** The n-grams by length. */
  private static List<Grams> pool(NodeContext node) {
    List<Long> items = node.attributes().longIntegers("pool_int64s").orElse(List.of());
    List<Integer> starts = node.attributes().integers("ngram_counts").orElse(List.of());
    int columns = node.attributes().integers("ngram_indexes").orElse(List.of()).size();
    List<Grams> pool = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : items.size();
      if (starts.get(i) < 0
          || starts.get(i) > end
          || end > items.size()
          || (end - starts.get(i)) % (i + 1) != 0) {
        throw new IllegalArgumentException(
            "attribute 'ngram_counts' " + starts + " does not divide a pool of " + items.size());
      }
      Grams grams = new Grams(i + 1, first, items.subList(starts.get(i), end));
      pool.add(grams);
      first += grams.count();
    }
    if (first != columns || columns == 0) {
      throw new IllegalArgumentException(
          "attribute 'ngram_indexes' has " + columns + " entries for " + first + " n-grams");
    }
    return pool;
  }

  /** How often each of {@code grams} occurs in each row. */
  private static Value count(NodeContext node, Value x, Grams grams, int skips) {
    int rows = x.type().shape().dim(0);
    int tokens = x.type().shape().dim(1);
    TensorType type = TensorType.of(DType.FLOAT32, rows, grams.count());
    Value sum = node.constant(Tensor.splat(type, 0));
    for (int distance = 1; distance <= skips + 1; distance++) {
      int places = tokens - distance * (grams.length - 1);
      if (places < 1) {
        break;
      }
      Value all = hits(node, x, grams, 0, 0, places);
      for (int j = 1; j < grams.length; j++) {
        all = node.add(new And(), all, hits(node, x, grams, j, j * distance, places));
      }
      Value times =
          node.add(new Reduce(Reduce.Kind.SUM, List.of(1), false), cast(node, all, DType.FLOAT32));
      sum = node.add(new Add(), sum, times);
    }
    return sum;
  }

  /** Where token {@code start + place} is item {@code j} of each n-gram. */
  private static Value hits(NodeContext node, Value x, Grams grams, int j, int start, int places) {
    int rows = x.type().shape().dim(0);
    Value window = node.add(new Slice(List.of(0, start), List.of(1, 1), List.of(rows, places)), x);
    TensorType type = TensorType.of(x.type().dtype(), 1, 1, grams.count());
    return node.add(
        new Equal(),
        node.reshape(window, List.of(rows, places, 1)),
        node.constant(Tensor.fromLongs(type, g -> grams.items.get(g * grams.length + j))));
  }

  /** The counts in the columns that {@code ngram_indexes} names; others are zero. */
  private static Value arrange(
      NodeContext node, Value x, List<Value> counts, List<Integer> found, List<Integer> columns) {
    int width = columns.stream().mapToInt(c -> c).max().orElse(-1) + 1;
    long[] order = new long[width];
    Arrays.fill(order, found.size());
    for (int g = 0; g < found.size(); g++) {
      if (found.get(g) < 0 || order[found.get(g)] != found.size()) {
        throw node.unsupported(
            "ngram_indexes", "column " + found.get(g) + " is negative or has several n-grams");
      }
      order[found.get(g)] = g;
    }
    List<Value> parts = new ArrayList<>(counts);
    parts.add(
        node.constant(Tensor.splat(TensorType.of(DType.FLOAT32, x.type().shape().dim(0), 1), 0)));
    Value all = node.emit(new Concat(1), parts).get(0);
    return node.add(new Gather(1), all, node.constant(Tensor.ofLongs(Shape.of(width), order)));
  }

  private static Value weighted(NodeContext node, Value counts, String mode) {
    List<Float> weights = node.attributes().numbers("weights").orElse(List.of());
    int width = counts.type().shape().dim(1);
    if (!weights.isEmpty() && weights.size() != width) {
      throw new IllegalArgumentException(
          "attribute 'weights' has " + weights.size() + " entries, expected " + width);
    }
    if (mode.equals("TF")) {
      return counts;
    }
    Value w =
        weights.isEmpty()
            ? node.scalar(DType.FLOAT32, 1)
            : MachineLearningInputs.constant(node, DType.FLOAT32, weights, width);
    if (mode.equals("TFIDF")) {
      return node.add(new Mul(), counts, w);
    }
    Value zero = node.scalar(DType.FLOAT32, 0);
    return node.add(new Where(), node.add(new Greater(), counts, zero), w, zero);
  }
}
