package dev.coppice.compiler.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real models: input and output types and the number of nodes that they become. */
final class SharedModelsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bnn-mnist-tfc-1w1a-standard-ops | input: f32[1,1,28,28] | output: f32[1,10] | 16",
        "cifar10-resnet20 | input: f32[1,3,32,32] | output: f32[1,10] | 74",
        "cifar10-resnet56 | input: f32[1,3,32,32] | output: f32[1,10] | 200",
        "imagenet-googlenet | data_0: f32[1,3,224,224] | prob_1: f32[1,1000] | 143",
        "imagenet-squeezenet1.1 | data_0: f32[1,3,224,224] | softmaxout_1: f32[1,1000,1,1] | 65",
        "mlperf-tiny-ad01-autoencoder | input: f32[1,640] | output: f32[1,640] | 38",
        "mlperf-tiny-ic01-resnet8 | input: f32[1,3,32,32] | output: f32[1,10] | 31",
        "mlperf-tiny-kws01-dscnn | input: f32[1,1,49,10] | output: f32[1,12] | 32",
        "mlperf-tiny-vww01-mobilenetv1 | input: f32[1,3,96,96] | output: f32[1,2] | 86",
        "mnist-8 | Input3: f32[1,1,28,28] | Plus214_Output_0: f32[1,10] | 11",
        "mnist-cnn-pytorch | input_image: f32[1,1,28,28] | output_probs: f32[1,10] | 14",
        "mnist-conv-bn | input.1: f32[1,1,28,28] | 33: f32[1,10] | 15",
        "super-resolution-10 | input: f32[1,1,224,224] | output: f32[1,1,672,672] | 10",
        "yunet-n-face-320 | input: f32[1,3,320,320] | cls_8: f32[1,1600,1], cls_16: f32[1,400,1],"
            + " cls_32: f32[1,100,1], obj_8: f32[1,1600,1], obj_16: f32[1,400,1], obj_32:"
            + " f32[1,100,1], bbox_8: f32[1,1600,4], bbox_16: f32[1,400,4], bbox_32: f32[1,100,4],"
            + " kps_8: f32[1,1600,10], kps_16: f32[1,400,10], kps_32: f32[1,100,10] | 115",
      })
  void imports(String name, String inputs, String outputs, int nodes) {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "no folder of shared models");
    Path models = Shared.folder().orElseThrow().resolve("models");
    check(models.resolve(name).resolve("model.onnx"), inputs, outputs, nodes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bvlc_alexnet | data_0: f32[1,3,224,224] | prob_1: f32[1,1000] | 25",
        "densenet121 | data_0: f32[1,3,224,224] | fc6_1: f32[1,1000,1,1] | 668",
        "inception_v1 | data_0: f32[1,3,224,224] | prob_1: f32[1,1000] | 143",
        "inception_v2 | data_0: f32[1,3,224,224] | prob_1: f32[1,1000] | 372",
        "resnet50 | gpu_0/data_0: f32[1,3,224,224] | gpu_0/softmax_1: f32[1,1000] | 177",
        "shufflenet | gpu_0/data_0: f32[1,3,224,224] | gpu_0/softmax_1: f32[1,1000] | 204",
        "squeezenet | data_0: f32[1,3,224,224] | softmaxout_1: f32[1,1000,1,1] | 65",
        "vgg19 | data_0: f32[1,3,224,224] | prob_1: f32[1,1000] | 47",
        "zfnet512 | gpu_0/data_0: f32[1,3,224,224] | gpu_0/softmax_1: f32[1,1000] | 25",
      })
  void importsClassicNetworks(String name, String inputs, String outputs, int nodes) {
    Assumptions.assumeTrue(Shared.onnxBackend().isPresent(), "no ONNX backend test data");
    Path light = Shared.onnxBackend().orElseThrow().resolve("light");
    check(light.resolve("light_" + name + ".onnx"), inputs, outputs, nodes);
  }

  private static void check(Path file, String inputs, String outputs, int nodes) {
    Graph graph = Shared.model(file);
    String found =
        graph.inputs().stream()
            .map(v -> v.name() + ": " + v.type())
            .collect(Collectors.joining(", "));
    String delivered =
        graph.outputs().stream()
            .map(o -> o.name() + ": " + o.value().type())
            .collect(Collectors.joining(", "));
    assertEquals(inputs, found);
    assertEquals(outputs, delivered);
    assertEquals(nodes, graph.nodes().size());
  }
}
