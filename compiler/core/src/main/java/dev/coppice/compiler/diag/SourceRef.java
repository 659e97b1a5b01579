package dev.coppice.compiler.diag;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a diagnostic points: a file, and within it a node, an operator, a pass or a line. Every
 * part is optional.
 *
 * @param file the model or recipe file as the user named it
 * @param line 1-based line of a text file
 * @param node ONNX node name
 * @param op operator of the node
 * @param pass pass that was running
 */
public record SourceRef(
    Optional<String> file,
    Optional<Integer> line,
    Optional<String> node,
    Optional<String> op,
    Optional<String> pass) {

  /** Nowhere in particular. */
  public static final SourceRef NONE =
      new SourceRef(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** A whole file. */
  public static SourceRef file(String file) {
    return NONE.inFile(file);
  }

  /** A node of a graph whose file is not known here; the driver adds the file. */
  public static SourceRef node(String node, String op) {
    return NONE.atNode(node, op);
  }

  /** This reference within {@code newFile}. */
  public SourceRef inFile(String newFile) {
    return new SourceRef(Optional.of(newFile), line, node, op, pass);
  }

  /** This reference at 1-based {@code newLine}. */
  public SourceRef atLine(int newLine) {
    return new SourceRef(file, Optional.of(newLine), node, op, pass);
  }

  /** This reference at the named node. */
  public SourceRef atNode(String newNode, String newOp) {
    return new SourceRef(file, line, Optional.of(newNode), Optional.of(newOp), pass);
  }

  /** This reference inside the named pass. */
  public SourceRef inPass(String newPass) {
    return new SourceRef(file, line, node, op, Optional.of(newPass));
  }

  /**
   * For example {@code kws.onnx, node 'fc' (MatMul), pass 'prune'}; empty when nothing is known.
   */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    file.ifPresent(f -> parts.add(line.map(l -> f + ":" + l).orElse(f)));
    node.ifPresent(n -> parts.add("node '" + n + "'" + op.map(o -> " (" + o + ")").orElse("")));
    pass.ifPresent(p -> parts.add("pass '" + p + "'"));
    return String.join(", ", parts);
  }
}
