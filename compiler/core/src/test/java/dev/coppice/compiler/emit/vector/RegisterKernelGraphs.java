package dev.coppice.compiler.emit.vector;

import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.driver.load.LoadedModel.Unit;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.ManyThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Graphs of floats with one kind of register kernel each, and their classes as files. */
final class RegisterKernelGraphs {
  private static final VectorEmitter EMITTER = new VectorEmitter();

  private RegisterKernelGraphs() {}

  /**
   * Writes the classes of all graphs below {@code folder}.
   *
   * @return what {@link VectorAllocation} takes to run each, by the graph's name
   */
  static Map<String, String> compile(int threads, Path folder) throws IOException {
    List<Unit> units = new ArrayList<>();
    for (String text : graphs().values()) {
      units.add(unit(GraphText.parse(text), threads, "generated" + units.size()));
    }
    List<LoadedModel> loaded = LoadedModel.loadAll(units);
    Map<String, String> programs = new LinkedHashMap<>();
    for (String name : graphs().keySet()) {
      Unit unit = units.get(programs.size());
      String program = loaded.get(programs.size()).writeProgram(folder);
      programs.put(name, program + " " + sizes(unit.inputs()) + " " + sizes(unit.outputs()));
    }
    return programs;
  }

  private static Unit unit(Graph graph, int threads, String packageName) {
    KernelPlan plan =
        threads == 1
            ? KernelPlanner.plan(graph, EMITTER.target())
            : ManyThreads.plan(graph, EMITTER.target(), threads);
    GeneratedModel model =
        EMITTER.emit(plan, MemoryPlanner.plan(plan), EmitOptions.of(packageName, "Model"));
    if (model.sources().stream()
        .noneMatch(s -> s.className().contains("_K") && s.text().contains(".fma("))) {
      throw new IllegalStateException("no register kernel in " + plan);
    }
    return new Unit(model, plan.inputs(), plan.outputs());
  }

  /** Elements of each, separated by commas. */
  private static String sizes(List<Port> ports) {
    return ports.stream().map(p -> p.shape().size() + "").collect(Collectors.joining(","));
  }

  /** The graphs by what is special about them. */
  static Map<String, String> graphs() {
    Map<String, String> graphs = new LinkedHashMap<>();
    graphs.put(
        "convolution of few places, with several blocks of input channels",
        convolution(64, 7, 32, 3, 1));
    graphs.put("convolution of many places", convolution(64, 14, 32, 3, 1));
    graphs.put(
        "convolution with much behind it",
        """
        graph g(x: f32[1,12,12,32], z: f32[1,12,12,32]) -> (y) {
          const w: f32[32,32,3,3] = 1.0
          const k: f32[1] = [0.75]
          c = ChannelsLastConv(x, w) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}
          m = Mul(c, k)
          r = Relu(m)
          a = Add(r, z)
          n = Mul(a, k)
          s = Relu(n)
          b = Add(s, z)
          o = Mul(b, k)
          t = Relu(o)
          d = Add(t, z)
          y = Relu(d)
        }
        """);
    graphs.put("convolution with stride, of few channels", convolution(3, 32, 4, 3, 2));
    graphs.put("convolution of single places", convolution(96, 14, 24, 1, 1));
    graphs.put(
        "convolution of each channel, with a limit behind it",
        """
        graph g(x: f32[1,64,20,20]) -> (y) {
          const w: f32[64,1,3,3]
          const b: f32[64]
          d = Conv(x, w, b) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=64}
          r = Relu(d)
          p = MatMul(r, r)
          q = Sigmoid(p)
          y = Div(q, p)
        }
        """);
    graphs.put(
        "convolution of planes, kernel rows written out",
        """
        graph g(x: f32[1,3,64,64]) -> (y) {
          t = Transpose(x) {perm=[0,2,3,1]}
          const w: f32[16,3,7,7]
          c = ChannelsLastConv(t, w) {strides=[2,2], pads=[3,3,3,3], dilations=[1,1], group=1}
          y = Relu(c)
        }
        """);
    graphs.put(
        "depthwise convolution of what a pointwise one computes",
        """
        graph g(x: f32[1,40,64,32]) -> (y) {
          const w: f32[64,32,1,1]
          c = ChannelsLastConv(x, w) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
          r = Relu(c)
          const v: f32[64,1,3,3]
          d = ChannelsLastConv(r, v) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=64}
          y = Relu(d)
        }
        """);
    graphs.put(
        "product with a constant",
        """
        graph g(x: f32[19,64]) -> (y) {
          const w: f32[64,80]
          y = MatMul(x, w)
        }
        """);
    graphs.put("product with bytes", product(1, 64, 80, i -> i % 255 - 127));
    graphs.put("product with halves", product(1, 600, 512, i -> i % 2047 / 1024.0));
    graphs.put(
        "product of what is computed",
        """
        graph g(x: f32[2,19,300], w: f32[2,300,40]) -> (y) {
          y = MatMul(x, w)
        }
        """);
    graphs.put(
        "product with an elementary function behind it",
        """
        graph g(x: f32[19,64]) -> (y) {
          const w: f32[64,80]
          p = MatMul(x, w)
          y = Gelu(p) {tanh=false}
        }
        """);
    graphs.put(
        "gates of an LSTM",
        """
        graph g(z: f32[2,520], c: f32[2,130]) -> (h, next) {
          h, next = LstmCell(z, c) {input=0, forget=1, cell=2, output=3}
        }
        """);
    graphs.put(
        "softmax of rows",
        """
        graph g(x: f32[9,70]) -> (y) {
          y = Softmax(x) {axis=1}
        }
        """);
    graphs.put(
        "attention",
        """
        graph g(q: f32[1,40,3,20], k: f32[1,37,3,20], v: f32[1,37,3,24], m: f32[1,1,1,37]) -> (y) {
          y = Attention(q, k, v, m) {rowsFirst=true}
        }
        """);
    graphs.put("sparse convolution of single places", sparse(32, 15));
    graphs.put("depthwise convolution of planes", depthwise(16, 28, 3, 1));
    graphs.put(
        "depthwise convolution of planes, with stride and many taps", depthwise(9, 33, 5, 2));
    return graphs;
  }

  /** A product with a constant of these elements. */
  private static String product(int m, int k, int n, IntToDoubleFunction elements) {
    String weights =
        IntStream.range(0, k * n)
            .mapToObj(i -> Double.toString(elements.applyAsDouble(i)))
            .collect(Collectors.joining(", "));
    return """
    graph g(x: f32[%1$d,%2$d]) -> (y) {
      const w: f32[%2$d,%3$d] = [%4$s]
      y = MatMul(x, w)
    }
    """
        .formatted(m, k, n, weights);
  }

  /** A square convolution that keeps {@code size} if {@code stride} is 1. */
  private static String convolution(int channels, int size, int outputs, int kernel, int stride) {
    return """
    graph g(x: f32[1,%1$d,%2$d,%2$d]) -> (y) {
      const w: f32[%3$d,%1$d,%4$d,%4$d]
      const b: f32[%3$d]
      y = Conv(x, w, b) {strides=[%5$d,%5$d], pads=[%6$d,%6$d,%6$d,%6$d], dilations=[1,1], group=1}
    }
    """
        .formatted(channels, size, outputs, kernel, stride, kernel / 2);
  }

  /** A pointwise convolution of as many outputs, of whose weights every tenth is not zero. */
  private static String sparse(int channels, int size) {
    String weights =
        IntStream.range(0, channels * channels)
            .mapToObj(i -> i % 10 == 0 ? "0.5" : "0")
            .collect(Collectors.joining(", "));
    return """
    graph g(x: f32[1,%1$d,%2$d,%2$d]) -> (y) {
      const w: f32[%1$d,%1$d,1,1] = [%3$s]
      const b: f32[%1$d]
      c = Conv(x, w, b) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
      y = HardSwish(c)
    }
    """
        .formatted(channels, size, weights);
  }

  private static String depthwise(int channels, int size, int kernel, int stride) {
    return """
    graph g(x: f32[1,%1$d,%2$d,%2$d]) -> (y) {
      const w: f32[%1$d,1,%3$d,%3$d]
      const b: f32[%1$d]
      c = Conv(x, w, b) {strides=[%4$d,%4$d], pads=[%5$d,%5$d,%5$d,%5$d], dilations=[1,1], group=%1$d}
      y = HardSwish(c)
    }
    """
        .formatted(channels, size, kernel, stride, kernel / 2);
  }
}
