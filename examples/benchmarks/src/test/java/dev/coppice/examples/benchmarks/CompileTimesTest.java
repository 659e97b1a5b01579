package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import org.junit.jupiter.api.Test;

final class CompileTimesTest {
  private static Network network(String name, byte[] model) {
    return Network.of(name, Network.Group.LARGE, () -> ModelSource.bytes(name, model));
  }

  private static CompileReport report(Network network) {
    return ModelCompiler.compile(network.request(network.source().get(), "m.M", "portable"))
        .report();
  }

  @Test
  void chainsHaveAsManyNodes() throws Exception {
    byte[] chain = CompileTimes.chain(10);
    assertEquals(10, ModelProto.parseFrom(chain).getGraph().getNodeCount());
    CompileTimes.Time time = CompileTimes.time(network("chain.onnx", chain), "portable");
    assertTrue(time.sources() > 0 && time.javac() > 0, time::toString);
    assertTrue(time.kernels() >= 4, time::toString);
  }

  @Test
  void productsHaveAsManyBytes() {
    for (int megabytes : new int[] {1, 2, 8}) {
      long bytes = report(network("w.onnx", CompileTimes.products(megabytes))).weightBytes();
      assertEquals(megabytes, bytes / 1048576.0, 0.01);
    }
  }
}
