package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.cli.against.Difference;
import dev.coppice.compiler.cli.against.SideBySide;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.ChildJvm;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgainstOptionsTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("product.onnx");
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 4, 8)
            .output("y", DType.FLOAT32, 4, 16)
            .initializer("w", Tensor.splat(TensorType.of(DType.FLOAT32, 8, 16), 0.5))
            .node("y = MatMul(x, w)")
            .model(17),
        model);
  }

  @Test
  void measuresSideBySide() {
    Execution e = bench();
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.out().contains("  against     onnxruntime 1."), e.out());
    assertTrue(e.out().contains(" on 1 thread: median "), e.out());
    assertTrue(e.out().contains("  outputs     largest difference "), e.out());
    assertTrue(e.out().contains(" of the largest value  ok"), e.out());
  }

  @Test
  void printsJson() {
    Execution e = bench("--json", "--against-threads", "2");
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.out().contains("\"against\": {\n    \"runtime\": \"onnxruntime\","), e.out());
    assertTrue(e.out().contains("\"threads\": 2,"), e.out());
    assertTrue(e.out().contains("\"agrees\": true\n"), e.out());
  }

  private Execution bench(String... more) {
    List<Object> arguments =
        List.of("bench", model, "--against", "onnxruntime", "--seconds", 0.05, "--starts", 0);
    Object[] all = Arrays.copyOf(arguments.toArray(), arguments.size() + more.length);
    System.arraycopy(more, 0, all, arguments.size(), more.length);
    return Execution.of(all);
  }

  @Test
  void anotherResultIsAFailure() {
    SideBySide.Latency latency = new SideBySide.Latency(5, 10, 20);
    AgainstOptions.Result wrong =
        new AgainstOptions.Result(
            "onnxruntime", "1", 0, latency, latency, new Difference(3, 0.5, false));
    assertEquals(Failures.WRONG, wrong.exitCode());
    assertEquals("largest difference 3.00, 0.500 of the largest value  FAILED", wrong.outputs());
    assertTrue(wrong.latency().contains(" on its own choice of threads: "), wrong.latency());
    assertEquals(false, wrong.json().get("agrees"));
  }

  @Test
  void refusesOtherNames() {
    Execution e = Execution.of("bench", model, "--against", "tensorflow");
    assertEquals(2, e.exitCode());
    assertTrue(e.err().contains("expected one of [onnxruntime]"), e.err());
    assertEquals(2, Execution.of("bench", model, "--against-threads", -1).exitCode());
  }

  @Test
  void saysWhatToDoWhereTheJarIsAbsent() throws IOException, InterruptedException {
    String without =
        Arrays.stream(ChildJvm.classPath().split(File.pathSeparator))
            .filter(entry -> !entry.contains("onnxruntime"))
            .collect(Collectors.joining(File.pathSeparator));
    ChildJvm.Ended ended =
        ChildJvm.run(
            folder,
            List.of(),
            without,
            "dev.coppice.compiler.cli.Coppice",
            "bench",
            model.toString(),
            "--against",
            "onnxruntime",
            "--starts",
            "0");
    assertEquals(2, ended.exit(), ended::text);
    String last = ended.lines().get(ended.lines().size() - 1);
    assertTrue(last.startsWith("ONNX Runtime is not on the class path."), ended::text);
    assertTrue(last.contains("java -cp coppice.jar:onnxruntime.jar"), ended::text);
  }
}
