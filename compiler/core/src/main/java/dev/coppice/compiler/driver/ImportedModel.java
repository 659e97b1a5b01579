package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.ModelOverview;
import java.util.List;

/**
 * A model that was read and is supported, before any pass.
 *
 * @param name what diagnostics call it
 * @param hash SHA-256 of the model, 64 hexadecimal digits
 * @param overview what the file declares
 * @param graph its graph with static types, for the largest of the sizes asked for
 * @param smaller its graphs for the other sizes, ascending
 * @param labels which sizes each is for, e.g. {@code seq=16}, the largest last
 * @param notes what the user may want to know
 */
public record ImportedModel(
    String name,
    String hash,
    ModelOverview overview,
    Graph graph,
    List<Graph> smaller,
    List<String> labels,
    List<Diagnostic> notes) {
  public ImportedModel {
    smaller = List.copyOf(smaller);
    labels = List.copyOf(labels);
    notes = List.copyOf(notes);
  }

  /** Inputs in the order of {@code run}. */
  public List<Port> inputs() {
    return graph.inputs().stream()
        .map(v -> new Port(v.name(), v.type().dtype(), v.type().shape()))
        .toList();
  }

  /** Outputs in the order of {@code run}, after the inputs. */
  public List<Port> outputs() {
    return graph.outputs().stream()
        .map(o -> new Port(o.name(), o.value().type().dtype(), o.value().type().shape()))
        .toList();
  }
}
