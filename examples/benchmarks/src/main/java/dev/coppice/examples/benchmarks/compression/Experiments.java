package dev.coppice.examples.benchmarks.compression;

import static dev.coppice.examples.benchmarks.compression.Claim.agreement;
import static dev.coppice.examples.benchmarks.compression.Claim.faster;
import static dev.coppice.examples.benchmarks.compression.Claim.lost;
import static dev.coppice.examples.benchmarks.compression.Claim.macs;
import static dev.coppice.examples.benchmarks.compression.Claim.weights;

import java.util.ArrayList;
import java.util.List;

/** The experiments, in the order of the table. */
final class Experiments {
  private static final List<String> CLASSIFIERS =
      List.of(
          "mlperf-tiny-ic01-resnet8",
          "mlperf-tiny-kws01-dscnn",
          "cifar10-resnet20",
          "cifar10-resnet56",
          "mnist-conv-bn",
          "mnist-cnn-pytorch");

  private Experiments() {}

  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    for (String model : CLASSIFIERS) {
      all.add(
          Experiment.of("int8 " + model, model, "{method: quantize}", lost(0.5), agreement(99.5)));
    }
    for (String model : CLASSIFIERS) {
      all.add(
          Experiment.of(
              "int4 " + model,
              model,
              "{method: merge}\n"
                  + "{method: quantize-weights, type: int4, granularity: group, group-size: 32,"
                  + " rounding: reconstruct}",
              lost(1.5)));
    }
    all.add(
        Experiment.of(
            "deep compression",
            "mnist-conv-bn",
            """
            {method: merge}
            {method: prune-weights, amount: 0.9, compensate: true, layers: ["/fc1/Gemm"]}
            {method: share, clusters: 32}
            """,
            lost(0.3),
            weights(25)));
    all.add(
        Experiment.of(
            "channels ResNet-56",
            "cifar10-resnet56",
            """
            {method: prune-channels, criterion: reconstruction-error, scope: global, macs: 0.665, round-to: 4, max-per-layer: 0.8, layers: ["layer*.conv1"]}
            {method: reconstruct, positions: 128, ridge: 0.0001}
            """,
            lost(1),
            macs(1.5),
            faster(1.3)));
    all.add(
        Experiment.of(
            "channels mnist-conv-bn",
            "mnist-conv-bn",
            """
            {method: prune-channels, criterion: reconstruction-error, amount: 0.5, exclude: ["/fc1/Gemm"]}
            {method: reconstruct}
            """,
            lost(1),
            macs(3),
            faster(2)));
    for (String model : List.of("imagenet-googlenet", "imagenet-squeezenet1.1")) {
      all.add(Experiment.of("merge " + model, model, "{method: merge}", lost(1e-5)));
      all.add(
          Experiment.of(
              "low rank " + model,
              model,
              "{method: merge}\n{method: low-rank, energy-loss: 0.02}"));
    }
    all.add(
        Experiment.search(
            "automatic ResNet-8",
            "mlperf-tiny-ic01-resnet8",
            "latency<=0.5ms, weights<=100KiB, drop<=0.5",
            lost(0.5)));
    all.add(
        Experiment.search(
            "automatic DS-CNN",
            "mlperf-tiny-kws01-dscnn",
            "latency<=0.5ms, weights<=32KiB, drop<=0.5",
            lost(0.5)));
    return all;
  }
}
