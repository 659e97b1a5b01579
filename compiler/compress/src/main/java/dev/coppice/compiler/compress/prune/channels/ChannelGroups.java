package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The units of structured pruning in a graph: sets of channels that can only be removed together,
 * with everything that belongs to them (dependency groups of Fang, Ma, Song, Mi, Wang 2023, arXiv
 * 2301.12900). Units of the same layers form a group, within which they are compared.
 */
public final class ChannelGroups {
  /** The unit of a channel that must stay. */
  public static final int FIXED = -1;

  private final OnnxGraph graph;
  private final Map<String, Axis> values;
  private final List<Slots> slots;
  private final List<Group> groups;
  private final boolean[] approximate;

  private ChannelGroups(
      OnnxGraph graph,
      Map<String, Axis> values,
      List<Slots> slots,
      List<Group> groups,
      boolean[] approximate) {
    this.graph = graph;
    this.values = Collections.unmodifiableMap(values);
    this.slots = List.copyOf(slots);
    this.groups = List.copyOf(groups);
    this.approximate = approximate;
  }

  /**
   * The channels of a value.
   *
   * @param axis where they lie
   * @param units the unit of each, {@link #FIXED} for what stays
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  public record Axis(int axis, int[] units) {}

  /**
   * Units of the same layers.
   *
   * @param layers labels of the nodes that compute them
   * @param units the units, rising
   */
  public record Group(List<String> layers, List<Integer> units) {
    public Group {
      layers = List.copyOf(layers);
      units = List.copyOf(units);
    }
  }

  /** The units of {@code graph}, which must not change while they are used. */
  public static ChannelGroups of(OnnxGraph graph) {
    ChannelLabels labels = ChannelLabels.of(graph);
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    numbers.put(labels.find(ChannelLabels.FROZEN), FIXED);
    Map<String, Axis> values = new LinkedHashMap<>();
    labels
        .values()
        .forEach((v, a) -> values.put(v, new Axis(a.axis(), units(a.labels(), labels, numbers))));
    List<Slots> slots = new ArrayList<>();
    for (Slots s : labels.slots()) {
      int[] units = units(s.units(), labels, numbers);
      slots.add(new Slots(s.constant(), s.node(), s.operand(), s.role(), s.axis(), units));
    }
    boolean[] approximate = new boolean[numbers.size() - 1];
    for (int root : labels.approximate()) {
      int unit = numbers.getOrDefault(root, FIXED);
      if (unit != FIXED) {
        approximate[unit] = true;
      }
    }
    return new ChannelGroups(graph, values, slots, groups(slots, approximate.length), approximate);
  }

  private static int[] units(int[] own, ChannelLabels labels, Map<Integer, Integer> numbers) {
    int[] units = new int[own.length];
    for (int i = 0; i < own.length; i++) {
      int root = labels.find(own[i]);
      units[i] = numbers.computeIfAbsent(root, r -> numbers.size() - 1);
    }
    return units;
  }

  /** Units that a layer computes together are of one group. */
  private static List<Group> groups(List<Slots> slots, int units) {
    LabelSets sets = new LabelSets();
    sets.fresh(units);
    boolean[] made = new boolean[units];
    for (Slots s : slots) {
      int first = FIXED;
      for (int unit : s.role() == Role.PRODUCES ? s.units() : new int[0]) {
        if (unit != FIXED) {
          made[unit] = true;
          first = first == FIXED ? unit : first;
          sets.unite(first, unit);
        }
      }
    }
    Map<Integer, List<Integer>> members = new TreeMap<>();
    for (int unit = 0; unit < units; unit++) {
      if (made[unit]) {
        members.computeIfAbsent(sets.find(unit), k -> new ArrayList<>()).add(unit);
      }
    }
    Map<Integer, Set<String>> layers = new TreeMap<>();
    for (Slots s : slots) {
      for (int unit : s.role() == Role.PRODUCES ? s.units() : new int[0]) {
        if (unit != FIXED) {
          layers
              .computeIfAbsent(sets.find(unit), k -> new LinkedHashSet<>())
              .add(Nodes.label(s.node()));
        }
      }
    }
    List<Group> groups = new ArrayList<>();
    members.forEach((root, m) -> groups.add(new Group(List.copyOf(layers.get(root)), m)));
    return groups;
  }

  /** The graph. */
  public OnnxGraph graph() {
    return graph;
  }

  /** How many units there are; they are numbered from 0. */
  public int units() {
    return approximate.length;
  }

  /** The channels of {@code value}; empty where they are not known. */
  public Optional<Axis> of(String value) {
    return Optional.ofNullable(values.get(value));
  }

  /** The channels of all values for which they are known. */
  public Map<String, Axis> values() {
    return values;
  }

  /** Every axis of a constant that has channels. */
  public List<Slots> slots() {
    return slots;
  }

  /** Those of {@code role}. */
  public List<Slots> slots(Role role) {
    return slots.stream().filter(s -> s.role() == role).toList();
  }

  /** The groups, in the order of the graph. */
  public List<Group> groups() {
    return groups;
  }

  /**
   * Whether the removal of {@code unit} also changes what its neighbours compute, beyond that it
   * reads as zero: there is a normalization over channels.
   */
  public boolean isApproximate(int unit) {
    return approximate[unit];
  }
}
