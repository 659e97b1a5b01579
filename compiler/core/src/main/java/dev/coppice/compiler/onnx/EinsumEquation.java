package dev.coppice.compiler.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The equation of an Einsum. An index is its letter; the axes that an ellipsis stands for are
 * counted from the last, -1, downwards.
 *
 * @param operands the indices of each operand
 * @param result the indices of the result, no two equal
 */
record EinsumEquation(List<List<Integer>> operands, List<Integer> result) {
  private static final String ELLIPSIS = "...";

  /**
   * The equation that {@code text} writes.
   *
   * @param ranks of the operands
   * @throws IllegalArgumentException if it is none or does not fit the operands
   */
  static EinsumEquation parse(String text, List<Integer> ranks) {
    String equation = text.replace(" ", "");
    int arrow = equation.indexOf("->");
    String[] inputs = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
    if (inputs.length != ranks.size()) {
      throw new IllegalArgumentException(
          "equation '"
              + text
              + "' has "
              + inputs.length
              + " terms, the node "
              + ranks.size()
              + " operands");
    }
    List<List<Integer>> operands = new ArrayList<>();
    int widest = 0;
    for (int i = 0; i < inputs.length; i++) {
      boolean open = inputs[i].contains(ELLIPSIS);
      int named = inputs[i].length() - (open ? ELLIPSIS.length() : 0);
      int more = ranks.get(i) - named;
      if (more < 0 || (!open && more > 0)) {
        throw new IllegalArgumentException(
            "term '"
                + inputs[i]
                + "' of equation '"
                + text
                + "' is for an operand with "
                + ranks.get(i)
                + " axes");
      }
      widest = Math.max(widest, more);
      operands.add(indices(text, inputs[i], more));
    }
    List<Integer> result =
        arrow < 0
            ? implied(operands, widest)
            : indices(text, equation.substring(arrow + 2), widest);
    check(text, operands, result);
    return new EinsumEquation(operands, result);
  }

  private static List<Integer> indices(String text, String term, int hidden) {
    List<Integer> all = new ArrayList<>();
    for (int at = 0; at < term.length(); at++) {
      char c = term.charAt(at);
      if (c == '.' && term.startsWith(ELLIPSIS, at) && term.indexOf(ELLIPSIS) == at) {
        for (int i = hidden; i > 0; i--) {
          all.add(-i);
        }
        at += ELLIPSIS.length() - 1;
      } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        all.add((int) c);
      } else {
        throw new IllegalArgumentException("equation '" + text + "' has '" + c + "' in a term");
      }
    }
    return List.copyOf(all);
  }

  /** The result where none is written: hidden axes, then the letters that occur once, sorted. */
  private static List<Integer> implied(List<List<Integer>> operands, int hidden) {
    TreeMap<Integer, Integer> count = new TreeMap<>();
    operands.forEach(o -> o.forEach(index -> count.merge(index, 1, Integer::sum)));
    List<Integer> result = new ArrayList<>();
    for (int i = hidden; i > 0; i--) {
      result.add(-i);
    }
    count.forEach(
        (index, times) -> {
          if (index > 0 && times == 1) {
            result.add(index);
          }
        });
    return List.copyOf(result);
  }

  private static void check(String text, List<List<Integer>> operands, List<Integer> result) {
    boolean hidden = operands.stream().anyMatch(o -> o.stream().anyMatch(index -> index < 0));
    if (hidden && result.stream().noneMatch(index -> index < 0)) {
      throw new IllegalArgumentException(
          "equation '" + text + "' has an ellipsis in a term and none in the result");
    }
    for (int index : result) {
      if (operands.stream().noneMatch(o -> o.contains(index))) {
        throw new IllegalArgumentException(
            "equation '" + text + "' has an index in the result that no term has");
      }
    }
    if (result.stream().distinct().count() != result.size()) {
      throw new IllegalArgumentException(
          "equation '" + text + "' has an index twice in the result");
    }
  }
}
