package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.Suggestion;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Exact merges: batch normalisations go into weights, operators without effect are dropped, linear
 * operators in a row or side by side become one. Results are equal up to rounding; constants are
 * computed in double and stored as float32.
 */
public final class Merge implements Method {
  /** Rules shorten graphs, so few rounds suffice; a graph that needs more is left as it is then. */
  private static final int MOST_ROUNDS = 100;

  @Override
  public String name() {
    return "merge";
  }

  @Override
  public String summary() {
    return "Merges operators that can be one without changing what is computed.";
  }

  @Override
  public List<String> keys() {
    return List.of("rules", "with", "without", "even-if-larger");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    List<String> named = known(options, "rules");
    List<String> with = known(options, "with");
    List<String> without = known(options, "without");
    boolean larger = options.flag("even-if-larger", false);
    LayerSelection layers = options.layers();
    List<MergeRule> rules =
        all().stream()
            .filter(
                r ->
                    (named.isEmpty() ? MergeRules.STANDARD.contains(r) : named.contains(r.name()))
                        || with.contains(r.name()))
            .filter(r -> !without.contains(r.name()))
            .toList();
    return options.step(session -> merge(session, layers, rules, larger));
  }

  /** Merges by the standard rules; for methods that start from a merged model. */
  public static void standard(OnnxGraph graph) {
    run(new Merging(graph, layer -> true, false), MergeRules.STANDARD);
  }

  private static List<MergeRule> all() {
    List<MergeRule> all = new ArrayList<>(MergeRules.STANDARD);
    all.addAll(MergeRules.ON_REQUEST);
    return all;
  }

  private static List<String> known(StepOptions options, String key) {
    List<String> names = options.texts(key);
    List<String> rules = all().stream().map(MergeRule::name).toList();
    for (String name : names) {
      if (!rules.contains(name)) {
        options.refuse(
            key,
            "no rule is named '"
                + name
                + "'"
                + Suggestion.of(name, rules)
                + "; there are "
                + String.join(", ", rules));
      }
    }
    return names;
  }

  private static void merge(
      Session session, LayerSelection layers, List<MergeRule> rules, boolean larger) {
    session.select(layers);
    OnnxGraph graph = session.graph();
    int before = graph.nodes().size();
    Merging merging =
        new Merging(graph, n -> layers.takes(List.of(Nodes.label(n), n.getInput(1))), larger);
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Done done : run(merging, rules)) {
      counts.merge(done.rule(), 1, Integer::sum);
      session.decide(done.merged().node(), done.merged().what(), done.rule());
    }
    List<String> parts = new ArrayList<>();
    counts.forEach((rule, n) -> parts.add(n + " " + rule));
    session.decide(
        "",
        String.format(Locale.ROOT, "%d nodes become %d", before, graph.nodes().size()),
        parts.isEmpty() ? "no rule applies" : String.join(", ", parts));
  }

  /** What {@code rule} did once. */
  record Done(String rule, MergeRule.Merged merged) {}

  /** Applies {@code rules} until none does anything any more. */
  static List<Done> run(Merging merging, List<MergeRule> rules) {
    OnnxGraph graph = merging.graph();
    List<Done> done = new ArrayList<>();
    int before = -1;
    for (int round = 0; round < MOST_ROUNDS && done.size() > before; round++) {
      before = done.size();
      for (NodeProto node : graph.nodes()) {
        // Rules before may have taken it out.
        if (isThere(graph, node)) {
          first(merging, rules, node).ifPresent(done::add);
        }
      }
      graph.sweep();
    }
    return done;
  }

  private static boolean isThere(OnnxGraph graph, NodeProto node) {
    return node.getOutputList().stream()
        .filter(o -> !o.isEmpty())
        .anyMatch(o -> graph.producer(o).orElse(null) == node);
  }

  private static Optional<Done> first(Merging merging, List<MergeRule> rules, NodeProto node) {
    for (MergeRule rule : rules) {
      Optional<MergeRule.Merged> merged = rule.rewrite(merging, node);
      if (merged.isPresent()) {
        return Optional.of(new Done(rule.name(), merged.get()));
      }
    }
    return Optional.empty();
  }
}
