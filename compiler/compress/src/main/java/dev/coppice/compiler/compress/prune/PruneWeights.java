package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Pruning of weights that leaves shapes as they are (Han, Pool, Tran, Dally 2015, arXiv
 * 1506.02626): the smallest become zero, the same fraction in every layer, counted over all of
 * them, or below a multiple of a layer's deviation; one by one, in blocks, in N:M patterns, or all
 * of an output. With {@code compensate} weights go by what they cost on calibration data, and those
 * that stay make up for it ({@link SurgeonPruning}).
 */
public final class PruneWeights implements Method {
  @Override
  public String name() {
    return "prune-weights";
  }

  @Override
  public String summary() {
    return "Sets the weights of smallest magnitude to zero.";
  }

  @Override
  public List<String> keys() {
    return List.of(
        "amount", "scope", "std", "pattern", "block", "unit", "compensate", "examples", "seed");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    LayerSelection layers = options.layers();
    boolean compensate = options.flag("compensate", false);
    boolean unit = options.flag("unit", false);
    boolean global = options.choice("scope", "layer", "global").equals("global");
    int examples = options.integer("examples", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
    Optional<PatternPruning> pattern = options.text("pattern").flatMap(PatternPruning::parse);
    Optional<BlockPruning> block = options.text("block").flatMap(PruneWeights::block);
    refuse(options, "pattern", pattern.isEmpty(), "must be N:M with N < M, such as 2:4");
    refuse(options, "block", block.isEmpty(), "must be ROWSxCOLUMNS, such as 1x4");
    boolean plain = pattern.isEmpty() && block.isEmpty() && !unit;
    refuse(options, "std", !plain || compensate || global, "goes with magnitudes by layer alone");
    refuse(
        options,
        "scope",
        global && (!plain || compensate),
        "can be global without " + "'pattern', 'block', 'unit' and 'compensate' only");
    refuse(
        options,
        "compensate",
        compensate && (block.isPresent() || unit),
        "can be true with" + " single weights or a 'pattern'");
    long seed = options.seed();
    if (pattern.isPresent()) {
      PatternPruning p = pattern.get();
      SurgeonPruning.Target target =
          new SurgeonPruning.Target(OptionalInt.empty(), p.kept(), p.of());
      return options.step(
          s -> {
            if (compensate) {
              compensated(s, s.select(layers), l -> target, examples, seed);
            } else {
              each(s, s.select(layers), (l, w) -> p.prune(w, l.outAxis()), "pattern");
            }
          });
    }
    if (options.has("std")) {
      double q = options.number("std", 0, 100);
      return options.step(
          s -> each(s, s.select(layers), (l, w) -> below(w, q), "below " + q + " deviations"));
    }
    double amount = options.number("amount", 0, 1);
    return options.step(
        s -> prune(s, s.select(layers), amount, global, block, unit, compensate, examples, seed));
  }

  private static void refuse(StepOptions options, String key, boolean wrong, String problem) {
    if (options.has(key) && wrong) {
      options.refuse(key, problem);
    }
  }

  private static Optional<BlockPruning> block(String text) {
    if (!text.matches("[1-9]\\d{0,3}x[1-9]\\d{0,3}")) {
      return Optional.empty();
    }
    int x = text.indexOf('x');
    return Optional.of(
        new BlockPruning(
            Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1))));
  }

  /** New weights of a layer. */
  private interface Pruning {
    Tensor prune(Layer layer, Tensor weights);
  }

  private static void prune(
      Session session,
      List<Layer> layers,
      double amount,
      boolean global,
      Optional<BlockPruning> block,
      boolean unit,
      boolean compensate,
      int examples,
      long seed) {
    if (compensate) {
      OnnxGraph graph = session.graph();
      compensated(
          session,
          layers,
          l -> {
            long zeros = MagnitudePruning.count(amount, graph.shape(l.weights()).size());
            return new SurgeonPruning.Target(OptionalInt.of((int) zeros), 0, 0);
          },
          examples,
          seed);
    } else if (block.isPresent()) {
      each(session, layers, (l, w) -> block.get().prune(w, amount), "blocks of least norm");
    } else if (unit) {
      each(session, layers, (l, w) -> UnitPruning.prune(w, l.outAxis(), amount), "least norm");
    } else {
      List<String> tensors = layers.stream().map(Layer::weights).distinct().toList();
      if (global) {
        byMagnitude(session, layers, tensors, amount);
      } else {
        tensors.forEach(t -> byMagnitude(session, layers, List.of(t), amount));
      }
    }
    session.graph().sweep();
  }

  private static Tensor below(Tensor w, double q) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < w.size(); i++) {
      sum += w.doubleAt(i);
      squares += w.doubleAt(i) * w.doubleAt(i);
    }
    double mean = sum / w.size();
    double threshold = q * Math.sqrt(Math.max(0, squares / w.size() - mean * mean));
    return Tensor.fromDoubles(
        w.type(), i -> Math.abs(w.doubleAt(i)) < threshold ? 0 : w.doubleAt(i));
  }

  /** Every tensor by itself, once for all layers that share it. */
  private static void each(Session session, List<Layer> layers, Pruning pruning, String why) {
    List<String> done = new ArrayList<>();
    for (Layer layer : layers) {
      if (!done.contains(layer.weights())) {
        done.add(layer.weights());
        Tensor before = session.graph().constant(layer.weights()).orElseThrow();
        Tensor after = pruning.prune(layer, before);
        session.graph().constant(layer.weights(), after);
        tell(session, layer, zeros(after), after.size(), why);
      }
    }
  }

  private static void compensated(
      Session session,
      List<Layer> layers,
      Function<Layer, SurgeonPruning.Target> target,
      int examples,
      long seed) {
    SurgeonPruning surgeon =
        new SurgeonPruning(
            session.graph(),
            session.calibration("'compensate: true'").first(examples),
            session.backend(),
            seed);
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      session.progress("pruning " + layer.label(), i, layers.size());
      long size = session.graph().shape(layer.weights()).size();
      Optional<Long> zeros = surgeon.prune(layer, target.apply(layer));
      if (zeros.isPresent()) {
        tell(session, layer, zeros.get(), size, "the others make up for them");
      } else {
        session.decide(
            layer.label(),
            "left as it is",
            "weights that are shared or of this kind of layer cannot be compensated");
      }
    }
    session.graph().sweep();
  }

  private static long zeros(Tensor w) {
    long zeros = 0;
    for (int i = 0; i < w.size(); i++) {
      zeros += w.floatAt(i) == 0 ? 1 : 0;
    }
    return zeros;
  }

  private static void tell(Session session, Layer layer, long zeros, long size, String why) {
    session.decide(
        layer.label(), String.format(Locale.ROOT, "%d of %d weights removed", zeros, size), why);
    if (zeros == size && zeros > 0) {
      session
          .notes()
          .report(
              DiagnosticCode.LAYER_PRUNED_AWAY,
              SourceRef.file(session.graph().name()),
              layer.weights());
    }
  }

  /** Removes a fraction of all elements; of equal magnitudes those of the first weights go. */
  private static void byMagnitude(
      Session session, List<Layer> layers, List<String> together, double amount) {
    OnnxGraph graph = session.graph();
    List<Supplier<Tensor>> tensors = new ArrayList<>();
    long total = 0;
    for (String name : together) {
      tensors.add(() -> graph.constant(name).orElseThrow());
      total += graph.type(name).shape().size();
    }
    long count = MagnitudePruning.count(amount, total);
    if (count == 0) {
      return;
    }
    Magnitudes all = Magnitudes.of(tensors);
    float threshold = all.smallest(count);
    long ties = count - all.below(threshold);
    for (String name : together) {
      Tensor values = graph.constant(name).orElseThrow();
      Magnitudes own = Magnitudes.of(values);
      long tied = Math.min(ties, own.at(threshold));
      ties -= tied;
      long zeros = own.below(threshold) + tied;
      graph.constant(name, MagnitudePruning.prune(values, zeros));
      tell(
          session,
          layers.stream().filter(l -> l.weights().equals(name)).findFirst().orElseThrow(),
          zeros,
          values.size(),
          String.format(Locale.ROOT, "magnitudes up to %.3g", threshold));
    }
  }
}
