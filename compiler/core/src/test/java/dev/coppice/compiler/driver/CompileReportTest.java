package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.lowering.CallWork;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

final class CompileReportTest {
  private static final long MACS = 64L * 64 * 9 * 32 * 32;

  private static CompileReport report(String backend, int dilation) {
    byte[] model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 64, 32, 32)
            .output("y", DType.FLOAT32, 1, 64, 32, 32)
            .initializer("w", Tensor.splat(TensorType.of(DType.FLOAT32, 64, 64, 3, 3), 0.5))
            .node(
                "y = Conv(x, w)",
                OnnxModels.attribute("pads", new int[] {dilation, dilation, dilation, dilation}),
                OnnxModels.attribute("dilations", new int[] {dilation, dilation}))
            .model(17)
            .toByteArray();
    CompileRequest request =
        CompileRequest.of(ModelSource.bytes("conv.onnx", model), "Conv").withBackend(backend);
    return ModelCompiler.compile(request).report();
  }

  @Test
  void winogradExecutesFewerOperations() {
    for (String backend : List.of("portable", "vector")) {
      CompileReport report = report(backend, 1);
      assertEquals(MACS, report.macs());
      assertTrue(report.choices().get(0).chosen().schedule().startsWith("Winograd"));
      // F(4x4,3x3) takes 36 products for 16 outputs of 9 each.
      assertEquals(MACS / 4, report.executedMacs());
      assertWorksAddUp(report);
    }
  }

  @Test
  void otherwiseAllAreExecuted() {
    for (String backend : List.of("portable", "vector")) {
      CompileReport report = report(backend, 2);
      assertEquals(MACS, report.macs());
      assertEquals(MACS, report.executedMacs());
      assertWorksAddUp(report);
    }
  }

  private static void assertWorksAddUp(CompileReport report) {
    assertEquals(report.macs(), sum(report, CallWork::macs));
    assertEquals(report.executedMacs(), sum(report, CallWork::executedMacs));
    assertEquals(report.weightBytes(), sum(report, CallWork::weightBytes));
  }

  private static long sum(CompileReport report, ToLongFunction<CallWork> what) {
    return report.works().stream().mapToLong(what).sum();
  }
}
