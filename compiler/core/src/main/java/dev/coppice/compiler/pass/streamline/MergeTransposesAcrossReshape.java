package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Two transpositions with a reshape between them are one transposition, before or behind the
 * reshape, if the reshape splits and joins only axes that one of them keeps side by side.
 *
 * <pre>
 * t = Transpose(x: [1,8,8,4]) {perm=[0,3,1,2]}; r = Reshape(t) {shape=[1,2,2,8,8]}
 * y = Transpose(r) {perm=[0,2,1,3,4]}
 * r = Reshape(x) {shape=[1,8,8,2,2]}; y = Transpose(r) {perm=[0,4,3,1,2]}
 * </pre>
 *
 * What has other readers stays for these.
 */
public final class MergeTransposesAcrossReshape implements RewriteRule<Transpose> {

  /** Neighbouring axes that become neighbouring axes: {@code count} ones from {@code from} on. */
  private record Group(int from, int count, int to, int toCount) {}

  /**
   * What becomes of both transpositions and the reshape.
   *
   * @param before shape of a reshape before the transposition, if there is one
   * @param perm the transposition
   * @param after whether a reshape follows it
   */
  private record Merged(Optional<List<Integer>> before, List<Integer> perm, boolean after) {}

  @Override
  public Class<Transpose> root() {
    return Transpose.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  /**
   * Whether transposing by {@code first} before {@code reshape} and by {@code second} behind it
   * would be one transposition.
   */
  public static boolean merges(List<Integer> first, Node reshape, List<Integer> second) {
    return merged(first, reshape, second).isPresent();
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Transpose op) {
    Optional<Node> reshape = graph.producer(node.input(0)).filter(p -> p.op() instanceof Reshape);
    Optional<Node> first =
        reshape.flatMap(r -> graph.producer(r.input(0))).filter(p -> p.op() instanceof Transpose);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    return merged(((Transpose) first.get().op()).perm(), reshape.get(), op.perm())
        .map(
            m -> {
              GraphPatch patch = new GraphPatch(graph);
              Value x = first.get().input(0);
              if (m.before.isPresent()) {
                x = patch.inPlaceOf(reshape.get(), new Reshape(m.before.get()), x);
              }
              Value y = patch.inPlaceOf(node, new Transpose(m.perm), x);
              if (m.after) {
                y = patch.inPlaceOf(reshape.get(), new Reshape(dims(node.output())), y);
              }
              return patch.replace(node.output(), y);
            });
  }

  private static List<Integer> dims(Value v) {
    return Arrays.stream(v.type().shape().dims()).boxed().toList();
  }

  private static Optional<Merged> merged(List<Integer> p, Node reshape, List<Integer> q) {
    Shape from = reshape.input(0).type().shape();
    Shape to = reshape.output().type().shape();
    if (from.size() == 0) {
      return Optional.empty();
    }
    List<Group> groups = groups(from, to);
    if (groups.stream().allMatch(g -> isRun(p.subList(g.from, g.from + g.count)))) {
      return Optional.of(reshapedBefore(p, groups, to, q));
    }
    List<Integer> places = inverse(q);
    if (groups.stream().allMatch(g -> isRun(places.subList(g.to, g.to + g.toCount)))) {
      return Optional.of(reshapedAfter(p, groups, q));
    }
    return Optional.empty();
  }

  /** The reshape's least groups of axes, in order. */
  private static List<Group> groups(Shape from, Shape to) {
    List<Group> groups = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < from.rank() && j < to.rank()) {
      int firstI = i;
      int firstJ = j;
      long a = from.dim(i++);
      long b = to.dim(j++);
      while (a != b) {
        if (a < b) {
          a *= from.dim(i++);
        } else {
          b *= to.dim(j++);
        }
      }
      // What is left over at the end has size 1.
      while (j == to.rank() && i < from.rank() && from.dim(i) == 1) {
        i++;
      }
      while (i == from.rank() && j < to.rank() && to.dim(j) == 1) {
        j++;
      }
      groups.add(new Group(firstI, i - firstI, firstJ, j - firstJ));
    }
    return groups;
  }

  private static boolean isRun(List<Integer> axes) {
    for (int i = 1; i < axes.size(); i++) {
      if (axes.get(i) != axes.get(i - 1) + 1) {
        return false;
      }
    }
    return true;
  }

  private static List<Integer> inverse(List<Integer> perm) {
    List<Integer> inverse = new ArrayList<>();
    for (int axis = 0; axis < perm.size(); axis++) {
      inverse.add(perm.indexOf(axis));
    }
    return inverse;
  }

  private static Merged reshapedBefore(
      List<Integer> p, List<Group> groups, Shape to, List<Integer> q) {
    List<Group> inOrder = new ArrayList<>(groups);
    inOrder.sort((a, b) -> Integer.compare(p.get(a.from), p.get(b.from)));
    List<Integer> shape = new ArrayList<>();
    Integer[] place = new Integer[to.rank()];
    for (Group g : inOrder) {
      for (int axis = g.to; axis < g.to + g.toCount; axis++) {
        place[axis] = shape.size();
        shape.add(to.dim(axis));
      }
    }
    return new Merged(Optional.of(shape), q.stream().map(axis -> place[axis]).toList(), false);
  }

  private static Merged reshapedAfter(List<Integer> p, List<Group> groups, List<Integer> q) {
    List<Integer> perm = new ArrayList<>();
    for (int axis : q) {
      for (Group g : groups) {
        if (g.to == axis) {
          perm.addAll(p.subList(g.from, g.from + g.count));
        }
      }
    }
    return new Merged(Optional.empty(), perm, true);
  }
}
