package dev.coppice.compiler.compress.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requires that two versions of a model compute the same up to the rounding of float32: the error
 * is at most 1e-5 in the relative norm and at most 1e-4 of the largest output, or of one. Inputs
 * are random and large at the borders of pictures, where mistakes about padding show.
 */
public final class SameOutputs {
  private static final double RELATIVE = 1e-5;
  private static final double LARGEST = 1e-4;
  private static final int RUNS = 16;

  private SameOutputs() {}

  /** By the reference interpreter, on 16 inputs. */
  public static void interpreted(OnnxGraph before, OnnxGraph after) {
    interpreted(before, after, RUNS);
  }

  /** By the reference interpreter, on so many inputs. */
  public static void interpreted(OnnxGraph before, OnnxGraph after, int runs) {
    Graph expected = imported(before);
    ReferenceInterpreter one = new ReferenceInterpreter(expected);
    ReferenceInterpreter other = new ReferenceInterpreter(imported(after));
    for (int seed = 0; seed < runs; seed++) {
      List<Tensor> inputs = SeededInputs.of(expected, seed);
      assertClose(one.run(inputs), other.run(inputs), "seed " + seed);
    }
  }

  /** By the compiled classes, and by ONNX Runtime for {@code after}, on so many inputs. */
  public static void compiled(OnnxGraph before, OnnxGraph after, int runs) {
    CompiledModel one = Compiled.of(before);
    CompiledModel other = Compiled.of(after);
    for (int seed = 0; seed < runs; seed++) {
      List<Tensor> inputs = inputs(before, seed);
      List<Tensor> expected = one.outputs(inputs);
      assertClose(expected, other.outputs(inputs), "seed " + seed);
      runtime(after, inputs, expected);
    }
  }

  /**
   * By interpreter, compiled classes and ONNX Runtime, for weights that are stored in another form:
   * {@code before} with the values that {@code after} stores is {@code after}.
   */
  public static void stored(OnnxGraph before, OnnxGraph after) {
    OnnxGraph replaced = before.copy();
    for (Layer layer : Layer.of(before)) {
      replaced.constant(layer.weights(), after.known(layer.weights()).orElseThrow());
    }
    interpreted(replaced, after);
    compiled(replaced, after, 2);
  }

  /** By ONNX Runtime: {@code graph} gives {@code expected} for {@code inputs}. */
  public static void runtime(OnnxGraph graph, List<Tensor> inputs, List<Tensor> expected) {
    List<Tensor> actual =
        RuntimeOracle.run(graph.toProto(), inputs, expected.stream().map(Tensor::type).toList());
    assertClose(expected, actual, "ONNX Runtime");
  }

  /** Random inputs of {@code graph}. */
  public static List<Tensor> inputs(OnnxGraph graph, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Tensor> inputs = new ArrayList<>();
    graph.inputs().forEach(i -> inputs.add(SeededInputs.tensor(graph.type(i), random.split())));
    return inputs;
  }

  /** What the reference interpreter gives. */
  public static List<Tensor> outputs(OnnxGraph graph, List<Tensor> inputs) {
    return new ReferenceInterpreter(imported(graph)).run(inputs);
  }

  private static Graph imported(OnnxGraph graph) {
    return OnnxImporter.importModel(graph.toProto(), graph.options(), new DiagnosticSink());
  }

  /** Requires that {@code actual} is {@code expected} up to rounding. */
  public static void assertClose(List<Tensor> expected, List<Tensor> actual, String where) {
    assertEquals(expected.size(), actual.size(), where);
    for (int j = 0; j < expected.size(); j++) {
      Tensor e = expected.get(j);
      Tensor a = actual.get(j);
      assertEquals(e.type(), a.type(), where);
      double error = 0;
      double norm = 0;
      double most = 0;
      double largest = 1;
      for (int i = 0; i < e.size(); i++) {
        double difference = a.doubleAt(i) - e.doubleAt(i);
        if (Double.compare(a.doubleAt(i), e.doubleAt(i)) == 0) {
          continue;
        }
        error += difference * difference;
        norm += e.doubleAt(i) * e.doubleAt(i);
        most = Math.max(most, Math.abs(difference));
        largest = Math.max(largest, Math.abs(e.doubleAt(i)));
      }
      String what = where + ", output " + j + " of type " + e.type() + ": largest error " + most;
      assertTrue(most <= LARGEST * largest, what);
      assertTrue(Math.sqrt(error) <= RELATIVE * Math.sqrt(norm) || error == 0, what);
    }
  }
}
