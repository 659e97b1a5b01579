package dev.coppice.examples.benchmarks;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** JMH: generated classes of single layers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LayerBenchmark {
  /** The layers that there are. */
  public enum Layer {
    /** 1x1 convolution, 64 to 64 channels on 32x32. */
    POINTWISE,
    /** 3x3 convolution, 64 to 64 channels on 32x32. */
    CONV3X3,
    /** 3x3 depthwise convolution of 64 channels on 32x32. */
    DEPTHWISE,
    /** Product of a vector of 640 and a matrix for 128. */
    DENSE,
    /** Softmax of 128 rows of 128. */
    SOFTMAX;

    private OnnxModels graph() {
      return switch (this) {
        case POINTWISE -> conv(64, 1, 1);
        case CONV3X3 -> conv(64, 3, 1);
        case DEPTHWISE -> conv(1, 3, 64);
        case DENSE ->
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 640)
                .initializer("w", random(640, 128))
                .node("y=MatMul(x,w)")
                .output("y", DType.FLOAT32, 1, 128);
        case SOFTMAX ->
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 128, 128)
                .node("y=Softmax(x)", attribute("axis", 1))
                .output("y", DType.FLOAT32, 128, 128);
      };
    }

    private static OnnxModels conv(int ic, int k, int group) {
      int pad = k / 2;
      return OnnxModels.graph()
          .input("x", DType.FLOAT32, 1, 64, 32, 32)
          .initializer("w", random(64, ic, k, k))
          .node(
              "c=Conv(x,w)",
              attribute("pads", new int[] {pad, pad, pad, pad}),
              attribute("group", group))
          .node("y=Relu(c)")
          .output("y", DType.FLOAT32, 1, 64, 32, 32);
    }

    private static Tensor random(int... dims) {
      Shape shape = Shape.of(dims);
      Random random = new Random(shape.size());
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (random.nextFloat() - 0.5f) / 8;
      }
      return Tensor.ofFloats(shape, values);
    }

    Network network() {
      return Network.of(
          name(),
          Network.Group.DENSE,
          () -> ModelSource.bytes(name() + ".onnx", graph().model(13).toByteArray()));
    }
  }

  @Param private Layer layer = Layer.POINTWISE;

  @Param({"portable", "vector"})
  private String backend = "portable";

  private Runnable run = () -> {};

  /** Compiles the layer. */
  @Setup(Level.Trial)
  public void compile() {
    Network network = layer.network();
    run = Entrant.of(network, network.source().get(), backend).run();
  }

  /** One run of it. */
  @Benchmark
  public void run() {
    run.run();
  }
}
