package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.examples.benchmarks.Network.Group;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The networks that are measured unless others are named. Those whose files are absent are told and
 * left out.
 */
final class Networks {
  private static final long SEED = 1;
  private static final double ZEROS = 0.9;

  private final List<Network> found = new ArrayList<>();
  private final Folders folders;
  private final Consumer<String> absent;

  /**
   * Where models lie; what is absent is left out.
   *
   * @param models folder of folders with {@code model.onnx}
   * @param light networks of the ONNX backend tests, {@code light_*.onnx}
   * @param minilm the file all-minilm-l6-v2.onnx
   */
  record Folders(Optional<Path> models, Optional<Path> light, Optional<Path> minilm) {}

  private Networks(Folders folders, Consumer<String> absent) {
    this.folders = folders;
    this.absent = absent;
  }

  /** The networks that are there; {@code absent} is told of each that is not. */
  static List<Network> in(Folders folders, Consumer<String> absent) {
    Networks networks = new Networks(folders, absent);
    networks.tiny();
    networks.vision();
    networks.sequences();
    networks.compressed();
    return List.copyOf(networks.found);
  }

  private void tiny() {
    model("ResNet-8", "mlperf-tiny-ic01-resnet8");
    model("DS-CNN", "mlperf-tiny-kws01-dscnn");
    model("MobileNetV1 0.25, 96x96", "mlperf-tiny-vww01-mobilenetv1");
    model("Autoencoder", "mlperf-tiny-ad01-autoencoder");
    model("mnist-8", "mnist-8");
    model("ResNet-20", "cifar10-resnet20");
  }

  private void vision() {
    model("SqueezeNet 1.1", "imagenet-squeezenet1.1");
    model("YuNet, 320x320", "yunet-n-face-320");
    found.add(
        Network.of("MobileNetV1 1.0, 224x224", Group.DENSE, () -> MobileNet.imageNet(SEED, 0)));
    model("GoogLeNet", "imagenet-googlenet");
    light("ResNet-50", Group.DENSE, "light_resnet50.onnx");
    model("Super-resolution", "super-resolution-10");
    light("VGG-19", Group.LARGE, "light_vgg19.onnx");
  }

  private void sequences() {
    model("DTLN-1", "dtln-1");
    add(
        "Silero VAD",
        Group.DENSE,
        folders.models.map(f -> f.resolve("silero-vad-16k/model.onnx")),
        Map.of("batch", 1, "sequence", 576),
        Map.of("sr", "16000"));
    for (int tokens : new int[] {32, 128}) {
      add(
          "MiniLM-L6, " + tokens + " tokens",
          Group.DENSE,
          folders.minilm,
          Map.of("*:1", tokens),
          Map.of());
    }
  }

  private void compressed() {
    found.add(
        Network.of(
            "MobileNetV1 1.0, 90 % zeros",
            Group.COMPRESSED, () -> MobileNet.imageNet(SEED, ZEROS)));
    add(
        "Binary MNIST",
        Group.COMPRESSED,
        folders.models.map(f -> f.resolve("bnn-mnist-tfc-1w1a-standard-ops/model.onnx")),
        Map.of(),
        Map.of());
  }

  private void model(String name, String folder) {
    add(
        name,
        Group.DENSE,
        folders.models.map(f -> f.resolve(folder).resolve("model.onnx")),
        Map.of(),
        Map.of());
  }

  private void light(String name, Group group, String file) {
    add(name, group, folders.light.map(f -> f.resolve(file)), Map.of(), Map.of());
  }

  private void add(
      String name,
      Group group,
      Optional<Path> file,
      Map<String, Integer> dims,
      Map<String, String> binds) {
    Optional<Path> there = file.filter(Files::isReadable);
    if (there.isEmpty()) {
      absent.accept(
          name + ": skipped, " + file.map(Path::toString).orElse("its file") + " is absent");
      return;
    }
    ModelSource source = ModelSource.file(there.get());
    found.add(new Network(name, group, () -> source, dims, binds));
  }

  /**
   * A model file that the user names: {@code FILE[@DIMENSION=SIZE]...}.
   *
   * @throws IllegalArgumentException if a size is none, or the file is absent
   */
  static Network named(String text) {
    String[] parts = text.split("@");
    Path file = Path.of(parts[0]);
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("no model and no file is called '" + parts[0] + "'");
    }
    Map<String, Integer> dims = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      try {
        dims.put(
            parts[i].substring(0, Math.max(0, equals)),
            Integer.parseInt(parts[i].substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "'" + parts[i] + "' of " + text + " is not DIMENSION=SIZE", e);
      }
    }
    ModelSource source = ModelSource.file(file);
    return new Network(text, Group.DENSE, () -> source, dims, Map.of());
  }
}
