package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MobileNetTest {
  private static Graph graph(ModelProto model) {
    return OnnxImporter.importModel(model, ImportOptions.of("m.onnx"), new DiagnosticSink());
  }

  @Test
  void hasTheOperationsAndWeightsOfThePaper() {
    Graph graph = graph(MobileNet.model(1, 224, 1000, 1, 0));
    long macs = graph.nodes().stream().mapToLong(n -> n.op().macs(n.inputTypes())).sum();
    assertEquals(569e6, macs, 1e6);
    assertEquals(
        14,
        MobileNet.model(1, 32, 10, 1, 0).getGraph().getInitializerList().stream()
            .filter(t -> t.getDimsCount() == 4 && t.getDims(2) == 3)
            .count());
  }

  @Test
  void activationsStaySane() {
    for (double zeros : new double[] {0, 0.9}) {
      Graph graph = graph(MobileNet.model(0.25, 32, 10, 1, zeros));
      float[] scores =
          new ReferenceInterpreter(graph).run(SeededInputs.of(graph, 1)).get(0).toFloats();
      double largest = IntStream.range(0, 10).mapToDouble(i -> Math.abs(scores[i])).max().orElse(0);
      assertTrue(largest > 1e-2 && largest < 1e2, () -> "largest score " + largest);
    }
  }

  @Test
  void zerosAreThoseOfPointwiseLayers() {
    ModelProto model = MobileNet.model(0.5, 32, 10, 1, 0.9);
    for (TensorProto t : model.getGraph().getInitializerList()) {
      if (t.getName().startsWith("conv") && t.getName().endsWith(".weight")) {
        FloatBuffer w =
            t.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        long zeros = IntStream.range(0, w.limit()).filter(i -> w.get(i) == 0).count();
        boolean pointwise = t.getDims(2) == 1;
        assertEquals(pointwise ? 0.9 * w.limit() : 0, zeros, 1, t.getName());
      }
    }
  }
}
