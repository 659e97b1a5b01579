package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accuracy of real models on real data is what is known of them. */
final class SharedAccuracyTest {
  private static final String IC01 = "cifar10/ic01-images-idx4-ubyte.gz";
  private static final String MNIST = "mnist/t10k-images-idx3-ubyte.gz";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mlperf-tiny-ic01-resnet8 | ic01 | --layout nhwc | 85.50 % (171 of 200)",
        "mlperf-tiny-kws01-dscnn | kws01 | --offset -83 --scale 0.5847029089927673 |"
            + " 91.50 % (915 of 1000)",
        "mnist-8 | mnist | | 98.91 % (9891 of 10000)",
        "mnist-cnn-pytorch | mnist | --scale 1/255 --mean 0.1307 --std 0.3081 |"
            + " 99.07 % (9907 of 10000)",
        "mnist-conv-bn | mnist | --scale 1/255 --mean 0.1307 --std 0.3081 |"
            + " 99.16 % (9916 of 10000)",
        "bnn-mnist-tfc-1w1a-qonnx | mnist | --scale 1/255 | 92.96 % (9296 of 10000)",
        "bnn-mnist-tfc-1w1a-standard-ops | mnist | --scale 1/255 | 92.96 % (9296 of 10000)",
        "cifar10-resnet20 | ic01 | --layout nhwc --scale 1/255 --mean .485,.456,.406 --std"
            + " .229,.224,.225 | 90.00 % (180 of 200)",
        "cifar10-resnet56 | ic01 | --layout nhwc --scale 1/255 --mean .485,.456,.406 --std"
            + " .229,.224,.225 | 91.00 % (182 of 200)"
      })
  void equalsWhatIsKnown(String model, String data, String options, String accuracy) {
    String samples =
        switch (data) {
          case "ic01" -> IC01;
          case "kws01" -> "kws01/features-idx3-byte";
          default -> MNIST;
        };
    String labels =
        switch (data) {
          case "ic01" -> "cifar10/ic01-y_labels.csv";
          case "kws01" -> "kws01/y_labels.csv";
          default -> "mnist/t10k-labels-idx1-ubyte.gz";
        };
    List<Object> args = new ArrayList<>(List.of("run", shared("models/" + model + "/model.onnx")));
    args.addAll(List.of("--data", shared("data/" + samples)));
    args.addAll(List.of("--labels", shared("data/" + labels)));
    if (options != null) {
      args.addAll(List.of(options.split(" ")));
    }
    Execution e = Execution.of(args.toArray());
    assertEquals("accuracy " + accuracy, e.out().strip(), e.err());
  }

  private static Path shared(String path) {
    assumeTrue(Shared.folder().isPresent(), "skipped: no folder with shared models");
    return Shared.folder().orElseThrow().resolve(path);
  }
}
